/** A release that was found good is from now on the oldest that the unit starts (version.ts). */
import { ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { withDataKey } from './data.ts';
import { SYSFS } from './devices.ts';
import { tpmKeeper } from './open-data.ts';
import { runTool } from './run-tool.ts';
import type { UnitFile } from './unit-file.ts';
import { ownRelease } from './verify-release.ts';
import { passwordOf, rollbackIndexOf } from './version.ts';

/** What older releases have to expect, in a line. */
export const raiseRollbackIndex = async (
  { data }: Pick<UnitFile, 'data'>,
  folder: string,
): Promise<Result<string, string>> => {
  if (data === null || data.tpm === null) return ok('older releases are not refused: no TPM');
  const { partition, tpm } = data;
  const release = await ownRelease(folder);
  if (!release.ok) return release;
  const { rollbackIndex } = release.value;
  const refused = (index: number): string => `releases below rollback index ${index} are refused`;
  // At nearly every start: the key is not asked for where there is nothing to write. Whose number it is was seen
  // when the data partition was opened.
  const held = await rollbackIndexOf(tpm).read();
  if (held.ok && held.value !== null && held.value >= rollbackIndex) return ok(refused(held.value));
  const place = { partition, run: runTool, sysfs: SYSFS, dev: '/dev' };
  const raised = await withDataKey({ ...place, keeper: tpmKeeper(tpm) }, async (key) => {
    const password = passwordOf(key);
    try {
      return await rollbackIndexOf(tpm).raise(password, rollbackIndex);
    } finally {
      forget(password);
    }
  });
  return raised.ok ? ok(refused(raised.value)) : raised;
};
