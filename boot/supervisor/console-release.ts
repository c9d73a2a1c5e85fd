/**
 * What the field console may learn of the files that run: whether they are those of the signed manifest, and
 * the digest of one that it names. Files are read for each question; their content never leaves.
 */

import { isSame, type ReleaseDifferences, type ReleaseManifest } from '#boot/release/manifest.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { ConsoleAnswer, TestResult } from '#firmware/messages/console-catalogue.ts';
import { DIAGNOSTIC_LIMITS, type ManifestDiagnosis } from '#firmware/messages/diagnostics.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { hashFile } from '../release/hash-file.ts';
import { releaseDigestOf, verifyRelease } from '../release/verify.ts';

export type ReleaseSide = {
  /** One at a time: `busy` for whoever comes meanwhile. */
  readonly hash: (path: string) => Promise<ConsoleAnswer>;
  /** Every file compared, and the outcome logged; empty where no manifest was delivered. */
  readonly test: () => Promise<readonly TestResult[]>;
  readonly told: () => ManifestDiagnosis | null;
};

export type ReleaseSideOptions = {
  /** What holds boot/. */
  readonly root: string;
  /** Null: none was delivered, or not known yet. */
  readonly manifest: () => ReleaseManifest | null;
  readonly record: (event: LogEvent) => void;
};

const named = ({ missing, changed, extra }: ReleaseDifferences): readonly string[] => [
  ...changed.map((path) => `changed ${path}`),
  ...missing.map((path) => `missing ${path}`),
  ...extra.map((path) => `extra ${path}`),
];

export const makeReleaseSide = ({ root, manifest, record }: ReleaseSideOptions): ReleaseSide => {
  let hashing = false;
  let compared: Pick<ManifestDiagnosis, 'compared' | 'differs'> = {
    compared: 'never',
    differs: [],
  };

  const hash = async (path: string): Promise<ConsoleAnswer> => {
    const release = manifest();
    if (release === null) return { outcome: 'refused', reason: 'noManifest' };
    const file = release.files.find((each) => each.path === path);
    if (file === undefined) return { outcome: 'refused', reason: 'notInManifest' };
    if (hashing) return { outcome: 'refused', reason: 'busy' };
    hashing = true;
    try {
      // What can not be read is told as what is not there: neither runs.
      const sha256 = await hashFile(root, path).catch(() => null);
      return { outcome: 'hashed', path, sha256, expected: file.sha256 };
    } finally {
      hashing = false;
    }
  };
  const test = async (): Promise<readonly TestResult[]> => {
    const release = manifest();
    if (release === null) return [];
    const found = await verifyRelease(root, release);
    const differs = named(found);
    compared = {
      compared: isSame(found) ? 'same' : 'differs',
      differs: differs.slice(0, DIAGNOSTIC_LIMITS.differences),
    };
    record(
      isSame(found)
        ? { id: 'releaseVerified', fields: { release: toHex(releaseDigestOf(release)) } }
        : { id: 'releaseRefused', fields: { reason: asWord(differs[0] ?? '') } },
    );
    return [{ part: 'release', code: isSame(found) ? null : 'unit.filesChanged' }];
  };
  return {
    hash,
    test,
    told: () => {
      const release = manifest();
      if (release === null) return null;
      const { version, rollbackIndex, files } = release;
      return { version, rollbackIndex, files: files.length, ...compared };
    },
  };
};
