/** A file that is replaced as a whole: after a cut at any moment the old or the new one stands there. */
import { done, type Result } from '#hal/result.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';

type Step = () => Promise<Result<void, MediumFault>>;

/** Performs steps until one fails. */
export const inOrder = async (steps: readonly Step[]): Promise<Result<void, MediumFault>> => {
  for (const step of steps) {
    const result = await step();
    if (!result.ok) return result;
  }
  return done;
};

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Writes beside, syncs, renames over; durable when it resolves. */
export const replaceWholeFile = (
  medium: Medium,
  path: string,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> =>
  inOrder([
    () => medium.write(`${path}.new`, bytes),
    () => medium.sync(`${path}.new`),
    () => medium.rename(`${path}.new`, path),
    () => medium.syncFolder(folderOf(path)),
  ]);
