/** A file that is replaced as a whole, and durable then; see firmware/vault/whole-file.ts for a unit's media. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const synced = (path: string, flags: string, content: Uint8Array | null): void => {
  const file = openSync(path, flags, 0o644);
  try {
    if (content !== null) writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** False: the disk did not take it; the old one stands. */
export const replaceFile = (path: string, content: Uint8Array): boolean => {
  try {
    synced(`${path}.new`, 'w', content);
    renameSync(`${path}.new`, path);
    synced(dirname(path), 'r', null);
    return true;
  } catch {
    return false;
  }
};
