/** Hashes a file of a release as it lies here now. Of what a unit runs first, and light for that. */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, read, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { asItRuns } from './untyped.ts';

/** Bytes that are hashed in one go: about half a millisecond. */
const CHUNK_BYTES = 256 * 1024;

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String(error.code));

/** Small files are read into it and hashed before anybody else has a turn. */
const small = Buffer.allocUnsafeSlow(CHUNK_BYTES);

const contentOfSmall = (descriptor: number): Uint8Array => {
  let bytes = 0;
  for (;;) {
    const more = readSync(descriptor, small, bytes, small.length - bytes, null);
    if (more === 0) return small.subarray(0, bytes);
    bytes += more;
  }
};

const readSome = promisify(read);

/** Into one buffer: a fresh one for each chunk would be a fresh page of memory for each page of the file. */
const hashChunks = async (descriptor: number): Promise<string> => {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await readSome(descriptor, chunk, 0, chunk.length, null);
    if (bytesRead === 0) return digest.digest('hex');
    digest.update(chunk.subarray(0, bytesRead));
  }
};

export type HashFile = (root: string, path: string) => Promise<string | null>;

/**
 * SHA-256 of a file of the manifest as it lies there now, and as this program would run it, hex; null: not there.
 * Rejects when it can not be read. A link out of the tree is not the file.
 */
export const hashFile: HashFile = async (root, path) => {
  const at = join(root, path);
  try {
    const base = realpathSync.native(root);
    if (!realpathSync.native(at).startsWith(base.endsWith(sep) ? base : `${base}${sep}`))
      return null;
    const descriptor = openSync(at, 'r');
    try {
      // Most files are small, and each way to another thread and back costs more than their hash.
      return fstatSync(descriptor).size < CHUNK_BYTES
        ? hash('sha256', asItRuns(path, contentOfSmall(descriptor)))
        : await hashChunks(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};
