/**
 * One bench alone at a folder: a file in it names the process that is there. One that was killed leaves
 * its file behind, so that the process is looked for, by its number and by when it started.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'bench-lock';
/** Taken from one that is gone, and then lost to a third: more often than this is no accident. */
const TRIES = 3;
/** Of the fields after the name in /proc/PID/stat ([proc_pid_stat(5)] field 22), the first being 3. */
const START_FIELD = 22 - 3;

/** When a process started, ticks since boot; null: there is none. */
const startOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD] ?? null;
  } catch {
    return null;
  }
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The file is there whole or not at all. Throws EEXIST when there is one. */
const put = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft);
  }
};

/** Another bench is at the folder. */
export class FolderInUseError extends Error {}

/** Takes the folder; gives what leaves it again. Throws FolderInUseError when another process has it. */
export const lockFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, FILE);
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      put(file, own);
      return () => {
        if (read(file) === own) rmSync(file, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const [pid = '', started = ''] = read(file).split(' ');
      if (/^\d+$/.test(pid) && startOf(Number(pid)) === started)
        throw new FolderInUseError(`the bench of process ${pid} is at ${folder}`);
      rmSync(file, { force: true });
    }
  }
  throw new FolderInUseError(`another bench is at ${folder}`);
};
