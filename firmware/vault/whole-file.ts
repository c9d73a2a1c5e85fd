/** A file that is replaced as a whole: after a cut at any moment the old or the new one stands there. */
import { done, err, type Result } from '#hal/result.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';
import { equalBytes } from './bytes.ts';

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

/** Reads a file back: it must be what was written. */
export const verifyStored = async (
  medium: Medium,
  path: string,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> => {
  const back = await medium.read(path);
  if (!back.ok) return back;
  if (back.value !== null && equalBytes(back.value, bytes)) return done;
  return err({ device: 'medium', kind: 'unreadable', detail: `${path}: read back differs` });
};

/**
 * Writes beside, syncs, reads back, renames over; durable when it resolves. What arrived otherwise than it
 * was meant never takes the place of the old one.
 */
export const replaceWholeFile = (
  medium: Medium,
  path: string,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> =>
  inOrder([
    () => medium.write(`${path}.new`, bytes),
    () => medium.sync(`${path}.new`),
    () => verifyStored(medium, `${path}.new`, bytes),
    () => medium.rename(`${path}.new`, path),
    () => medium.syncFolder(folderOf(path)),
  ]);
