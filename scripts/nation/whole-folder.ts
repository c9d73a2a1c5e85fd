/** A folder that is there whole or not at all: written beside its place, and renamed. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../commands/options.ts';
import { PRIVATE_FOLDER } from './provision-folder.ts';

/**
 * `write` fills a folder and says whether it is to stay; then it becomes `out`, a new or an empty one.
 * Otherwise, and when it throws, nothing is left. What a run that was cut off left is overwritten.
 */
export const writeWholeFolder = (out: string, write: (folder: string) => boolean): void => {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UsageError(`--out ${out} holds something already; name a new or an empty folder`);
  const unfinished = `${resolve(out)}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, PRIVATE_FOLDER);
  try {
    if (!write(unfinished)) return;
    if (existsSync(out)) rmdirSync(out);
    renameSync(unfinished, out);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
};
