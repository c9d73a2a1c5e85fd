/** The report of an image's audit. */
import type { GivenImage } from '../../image/flash/read-image.ts';
import type { AuditReport } from '../report.ts';
import { IMAGE_CODES, type ImageAudit } from './check-image.ts';

export const imageReport = (
  medium: string,
  image: GivenImage,
  other: GivenImage | null,
  audit: ImageAudit,
  again: string,
): AuditReport => {
  const { findings, slot, partitions, files, bytesCompared, data } = audit;
  const releases = other === null ? 1 : 2;
  return {
    title: 'Audit: a medium against a release',
    facts: [
      ['medium', medium],
      ['release', `${image.version}, rollback index ${image.rollbackIndex}, ${image.arch}`],
      ['root hash', image.rootHash],
      ['in slot', slot ?? 'none'],
      ['other release', other === null ? 'none was named' : `${other.version}, ${other.rootHash}`],
      ['compared', `${bytesCompared} bytes, all but the data partition`],
    ],
    checks: [
      { what: 'tables at start and end, to the bit', done: 2, codes: IMAGE_CODES.table },
      { what: 'partitions', done: partitions.length, codes: IMAGE_CODES.partitions },
      { what: 'files that firmware reads', done: files, codes: IMAGE_CODES.files },
      { what: 'roots and hash trees', done: releases, codes: IMAGE_CODES.release },
      { what: 'slots with nothing unnamed in them', done: 2, codes: IMAGE_CODES.other },
      { what: 'what is started first', done: 1, codes: IMAGE_CODES.started },
      { what: 'what lies behind ends, deleted or free', done: 1, codes: IMAGE_CODES.slack },
      { what: 'what lies in no partition', done: 1, codes: IMAGE_CODES.gaps },
    ],
    charts: [],
    tables: [
      {
        title: 'Partitions',
        heads: ['name', 'bytes', 'what'],
        rows: partitions.map(({ name, bytes, what }) => [name, bytes, what]),
      },
    ],
    findings,
    limits: [
      `The data partition is the unit's own and no part of a release; it is ${data}.`,
      'The image itself is what it is compared with: build it from source with the published signatures (scripts/urna image --signatures DIR).',
      'A medium that answers differently when somebody else reads it (a card with a processor of its own) is not found by reading it.',
      'Firmware and keys of the board are on no medium: with a TPM its quote tells of them.',
    ],
    again,
  };
};
