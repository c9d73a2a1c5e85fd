/**
 * No older release than the unit has already run. The TPM keeps the highest rollback index of a release that was
 * found good; a release below it is refused before anything is written. The number is raised only after the
 * release was marked good (raise-version.ts): a unit on trial may go back to the release before it.
 *
 * A unit without a TPM has nothing that remembers: an older release that is signed starts there, and only
 * `flash --update` refuses it. The stage says so.
 */
import { createHash } from 'node:crypto';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeRollbackIndex, type RollbackIndex } from '#drivers/tpm/rollback-index.ts';
import { openTpmDevice } from '#drivers/tpm/transport.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { UnitFile } from './unit-file.ts';
import { ownRelease } from './verify-release.ts';

/** Beside the cells of the board file (0x01800001 and 2). */
const NV_INDEX = 0x01800003;

export const rollbackIndexOf = (path: string): RollbackIndex =>
  makeRollbackIndex({
    transport: openTpmDevice(path),
    index: NV_INDEX,
    clock: systemClock,
  });

/** `held`: what the TPM holds; null: this unit has run none yet. Pure. */
export const decideVersion = (release: number, held: number | null): Result<string, string> =>
  held !== null && release < held
    ? err(`the release has rollback index ${release}, this unit has run ${held}`)
    : ok(`rollback index ${release}, this unit has run ${held ?? 'none'}`);

export const checkVersion = async (
  { data }: Pick<UnitFile, 'data'>,
  folder: string,
): Promise<Result<string, string>> => {
  if (data === null) return ok('not held: a bench');
  if (data.tpm === null) return ok('NOT held: this unit has no TPM');
  const release = await ownRelease(folder);
  if (!release.ok) return release;
  const held = await rollbackIndexOf(data.tpm).read();
  return held.ok ? decideVersion(release.value.rollbackIndex, held.value) : held;
};

/** The index' password: from the key of the data partition, which the first program alone is given. */
export const passwordOf = (key: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update('urna rollback index 1\0').update(key).digest());

export const bindRollbackIndex = async (
  path: string,
  key: Uint8Array,
  how: 'make' | 'check',
): Promise<Result<unknown, string>> => {
  const index = rollbackIndexOf(path);
  const password = passwordOf(key);
  try {
    return how === 'make' ? await index.make(password) : await index.holds(password);
  } finally {
    forget(password);
  }
};
