/**
 * Which paths a medium takes, and how big a file may be: the same rules for real folders and for the
 * emulated medium, so that a path can never leave the medium's own folder.
 */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
export const MAX_PATH_BYTES = 240;
/** Folders and a file name. */
export const MAX_PATH_PARTS = 8;
/** Names a folder may hold before `list` refuses to go on. */
export const MAX_NAMES = 100_000;

const PART = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Parts joined by `/`, each of letters, digits, `-`, `_` and `.`, none starting with a dot. */
export const isPath = (path: string): boolean => {
  if (path.length === 0 || path.length > MAX_PATH_BYTES) return false;
  const parts = path.split('/');
  return parts.length <= MAX_PATH_PARTS && parts.every((part) => PART.test(part));
};

/** A path is the program's own text, never data: a wrong one is a bug, so this throws. */
export const assertPath = (path: string): void => {
  if (!isPath(path)) throw new Error(`storage: not a path of a medium: ${JSON.stringify(path)}`);
};

/** As `assertPath`; the empty name is the medium's own folder. */
export const assertFolder = (folder: string): void => {
  if (folder !== '') assertPath(folder);
};

export const assertFileSize = (bytes: number): void => {
  if (bytes > MAX_FILE_BYTES)
    throw new Error(`storage: ${bytes} bytes are more than a file may hold`);
};

/** The folder of a path; empty: the medium's own. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
