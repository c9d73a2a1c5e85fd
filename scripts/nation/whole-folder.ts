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

/**
 * `write` fills a folder and says whether it is to stay; then it becomes `out`, a new or an empty one.
 * Otherwise, and when it throws, nothing is left. What a run that was cut off left is overwritten.
 */
export const writeWholeFolder = (out: string, write: (folder: string) => boolean): void => {
  const unfinished = unfinishedOf(out);
  try {
    if (isFilled(out))
      throw new UsageError(`--out ${out} holds something already; name a new or an empty folder`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, PRIVATE_FOLDER);
    if (!write(unfinished)) return;
    if (existsSync(out)) rmdirSync(out);
    renameSync(unfinished, out);
  } catch (error) {
    throw named(out, error);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
};
