/**
 * Whether a file system is mounted on a folder (proc(5), /proc/pid/mountinfo). In a sandbox every folder that is
 * let in is a mount of its own, also while nothing stands there: what counts is that the root of a file system does.
 */
import { readFileSync } from 'node:fs';

const MOUNTS = '/proc/self/mountinfo';
const FIELDS = { root: 3, mountPoint: 4 } as const;

/** Blanks and backslashes of a path are written in octal there. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );

/** `mounts`: the text of mountinfo. What was mounted on it last counts. */
export const isMountedIn = (mounts: string, folder: string): boolean => {
  const last = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast((fields) => unescaped(fields[FIELDS.mountPoint] ?? '') === folder);
  return last?.[FIELDS.root] === '/';
};

/** `folder`: its real path, without links. Throws when /proc can not be read. */
export const isMounted = (folder: string): boolean =>
  isMountedIn(readFileSync(MOUNTS, 'latin1'), folder);
