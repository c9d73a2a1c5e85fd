/** The board file as every process of the unit reads it. */
import { readFile } from 'node:fs/promises';
import { type BoardFile, readBoardFile } from '#drivers/board-file.ts';

/** Throws with all problems of the file: a unit whose devices are not described does not start. */
export const openBoardFile = async (path: string): Promise<BoardFile> => {
  const read = readBoardFile(await readFile(path, 'utf8'));
  if (read.ok) return read.value;
  throw new Error(
    `${path}: ${read.error.map(({ path: at, message }) => `${at} ${message}`).join('; ')}`,
  );
};
