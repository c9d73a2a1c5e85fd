/**
 * An update is kept once the release has shown what it must (supervisor/release-proof.ts): it is marked good,
 * and the boot loader counts its starts no more. Older releases are refused later, from the first time that
 * it served: what is raised in the TPM never goes down, and a unit that turned out not to serve may until
 * then be flashed with the release before it.
 */
import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '#hal/result.ts';
import { type Marked, markGood, rootHashOf } from '../slot/mark-good.ts';
import type { ReleaseProof } from '../supervisor/release-proof.ts';
import { NO_RIGHTS } from './media.ts';
import { findPartition } from './partitions.ts';
import type { RunTool } from './run-tool.ts';

export type ReleaseWork = {
  readonly mark: () => Promise<Result<Marked, string>>;
  /** What older releases have to expect. */
  readonly raise: () => Promise<Result<string, string>>;
  readonly say: (text: string) => void;
};

/** One proof after the other, each in its time; a release that could not be marked raises nothing. */
export const makeReleaseKeeper = ({ mark, raise, say }: ReleaseWork) => {
  let before: Promise<void> = Promise.resolve();
  let isGood = false;
  const keep = async (proof: ReleaseProof): Promise<void> => {
    if (!isGood) {
      const marked = await mark();
      say(`the release: ${marked.ok ? marked.value : `stays on trial: ${marked.error}`}`);
      isGood = marked.ok;
    }
    if (!isGood || proof !== 'serves') return;
    const raised = await raise();
    say(raised.ok ? raised.value : `older releases are not yet refused: ${raised.error}`);
  };
  return (proof: ReleaseProof): Promise<void> => {
    before = before.then(() => keep(proof));
    return before;
  };
};

/** Where the EFI system partition is mounted while something is noted on it. */
const ESP = { partition: 'urna-esp', place: '/efi' } as const;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** On the unit's own disk. */
export const markOnDisk = async (run: RunTool, sysfs: string): Promise<Result<Marked, string>> => {
  try {
    const rootHash = rootHashOf(await readFile('/proc/cmdline', 'utf8'));
    if (rootHash === null) return err('the kernel was started with no root of ours');
    const name = await findPartition(ESP.partition, sysfs);
    if (name === null) return err(`there is no partition ${ESP.partition}`);
    const mounted = await run('mount', ['-t', 'vfat', '-o', NO_RIGHTS, `/dev/${name}`, ESP.place]);
    if (!mounted.ok) return mounted;
    try {
      return ok(await markGood(ESP.place, rootHash));
    } finally {
      await run('umount', [ESP.place]);
    }
  } catch (error) {
    return err(messageOf(error));
  }
};
