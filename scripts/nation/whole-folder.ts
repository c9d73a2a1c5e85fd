/** A folder that is there whole or not at all: written beside its place, and renamed. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../commands/options.ts';
import { PRIVATE_FOLDER } from './provision-folder.ts';

/** What the system says of a folder that can not be written, as a mistake of who named it; else the error itself. */
const named = (out: string, error: unknown): unknown =>
  error instanceof Error && 'syscall' in error
    ? new UsageError(`--out ${out} can not be written: ${error.message}; nothing was left there`)
    : error;

const isFilled = (out: string): boolean => existsSync(out) && readdirSync(out).length > 0;

/** Where `out` is written until it is whole. */
export const unfinishedOf = (out: string): string => `${resolve(out)}.unfinished`;

const begin = (out: string): string => {
  if (isFilled(out))
    throw new UsageError(`--out ${out} holds something already; name a new or an empty folder`);
  const unfinished = unfinishedOf(out);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, PRIVATE_FOLDER);
  return unfinished;
};

const finish = (out: string): void => {
  if (existsSync(out)) rmdirSync(out);
  renameSync(unfinishedOf(out), out);
};

const leaveNothing = (out: string): void =>
  rmSync(unfinishedOf(out), { recursive: true, force: true });

/**
 * `write` fills a folder and says whether it is to stay; then it becomes `out`, a new or an empty one.
 * Otherwise, and when it throws, nothing is left. What a run that was cut off left is overwritten.
 */
export const writeWholeFolder = (out: string, write: (folder: string) => boolean): void => {
  try {
    if (write(begin(out))) finish(out);
  } catch (error) {
    throw named(out, error);
  } finally {
    leaveNothing(out);
  }
};

/** The same for work that waits for something; it always stays, unless `write` rejects. */
export const writeWholeFolderWaiting = async <T>(
  out: string,
  write: (folder: string) => Promise<T>,
): Promise<T> => {
  try {
    const written = await write(begin(out));
    finish(out);
    return written;
  } catch (error) {
    throw named(out, error);
  } finally {
    leaveNothing(out);
  }
};
