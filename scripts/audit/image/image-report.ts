/** The report of an image's audit. */
import type { GivenImage } from '../../image/flash/read-image.ts';
import type { AuditReport } from '../report.ts';
import { says } from '../words/phrase.ts';
import { IMAGE_CODES, type ImageAudit } from './check-image.ts';

export const imageReport = (
  medium: string,
  image: GivenImage,
  other: GivenImage | null,
  audit: ImageAudit,
  again: string,
): AuditReport => {
  const { findings, slot, partitions, files, bytesCompared, data } = audit;
  const { version, rollbackIndex: index, arch, rootHash } = image;
  const releases = other === null ? 1 : 2;
  return {
    title: says('image.title'),
    facts: [
      [says('image.medium'), medium],
      [says('image.release'), says('image.releaseIs', { version, index, arch })],
      [says('image.rootHash'), rootHash],
      [says('image.slot'), slot ?? says('none')],
      [
        says('image.other'),
        other === null
          ? says('image.noOther')
          : says('image.otherIs', { version: other.version, rootHash: other.rootHash }),
      ],
      [says('image.compared'), says('image.comparedIs', { bytes: bytesCompared })],
    ],
    checks: [
      { what: says('image.checkTables'), done: 2, codes: IMAGE_CODES.table },
      {
        what: says('image.checkPartitions'),
        done: partitions.length,
        codes: IMAGE_CODES.partitions,
      },
      { what: says('image.checkFiles'), done: files, codes: IMAGE_CODES.files },
      { what: says('image.checkRelease'), done: releases, codes: IMAGE_CODES.release },
      { what: says('image.checkOther'), done: 2, codes: IMAGE_CODES.other },
      { what: says('image.checkStarted'), done: 1, codes: IMAGE_CODES.started },
      { what: says('image.checkSlack'), done: 1, codes: IMAGE_CODES.slack },
      { what: says('image.checkGaps'), done: 1, codes: IMAGE_CODES.gaps },
    ],
    charts: [],
    tables: [
      {
        title: says('image.table'),
        heads: [says('image.name'), says('image.bytes'), says('image.what')],
        rows: partitions.map(({ name, bytes, what }) => [name, bytes, what]),
      },
    ],
    findings,
    limits: [
      says('image.limitData', { data }),
      says('image.limitImage'),
      says('image.limitMedium'),
      says('image.limitBoard'),
    ],
    again,
  };
};
