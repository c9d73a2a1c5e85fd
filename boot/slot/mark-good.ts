/**
 * After an update a release is on trial: the boot loader counts how often it tried it, in the name of its file
 * (systemd, Automatic Boot Assessment: `urna-2+2-1.efi`). The release that runs says so by taking the count away;
 * one that never gets so far is given up for the release before it. When that is: supervisor/release-proof.ts.
 */
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** On the EFI system partition. */
export const UKI_FOLDER = 'EFI/Linux';
/** As `scripts/urna flash` names them, with a count. */
const ON_TRIAL = /^(urna-\d{1,9})\+\d{1,2}(?:-\d{1,2})?\.efi$/i;

/** The hash of the root that was started; null: this kernel was started by nothing of ours. */
export const rootHashOf = (commandLine: string): string | null =>
  /(?:^| )roothash=([0-9a-f]{64})(?: |$)/.exec(commandLine.trim())?.[1] ?? null;

export type Marked =
  /** It was on trial and is no longer. */
  | 'marked'
  /** Nothing on trial is what runs. */
  | 'nothing to mark';

/**
 * `esp`: where the EFI system partition is mounted, writable. Rejects when it can not be read or written; the
 * release is then still on trial. Waits until the name is on the medium.
 */
export const markGood = async (esp: string, rootHash: string): Promise<Marked> => {
  const folder = join(esp, UKI_FOLDER);
  const line = Buffer.from(`roothash=${rootHash}`);
  for (const name of await readdir(folder)) {
    const good = ON_TRIAL.exec(name)?.[1];
    if (good === undefined) continue;
    if (!(await readFile(join(folder, name))).includes(line)) continue;
    await rename(join(folder, name), join(folder, `${good}.efi`));
    const handle = await open(folder, 'r');
    await handle.sync();
    await handle.close();
    return 'marked';
  }
  return 'nothing to mark';
};
