/** A disk or an image of one, as bytes at places. Errors of the medium are thrown as the system gives them. */
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

export type Disk = {
  readonly bytes: number;
  /** Throws a `RangeError` when it goes over the end. */
  readonly read: (offset: number, bytes: number) => Buffer;
  readonly write: (offset: number, bytes: Uint8Array) => void;
  /** Returns when all that was written is on the medium. */
  readonly flush: () => void;
  readonly close: () => void;
};

/** `bytes`: how big it is, which a device file does not say itself. */
export const openDisk = (path: string, bytes: number, mode: 'read' | 'write'): Disk => {
  const file = openSync(path, mode === 'read' ? 'r' : 'r+');
  const requireInside = (offset: number, length: number): void => {
    if (offset < 0 || offset + length > bytes) throw new RangeError(`${path} ends before that`);
  };
  return {
    bytes,
    read: (offset, length) => {
      requireInside(offset, length);
      const buffer = Buffer.alloc(length);
      for (let done = 0; done < length; ) {
        const count = readSync(file, buffer, done, length - done, offset + done);
        if (count === 0) throw new RangeError(`${path} ends before that`);
        done += count;
      }
      return buffer;
    },
    write: (offset, content) => {
      requireInside(offset, content.length);
      for (let done = 0; done < content.length; )
        done += writeSync(file, content, done, content.length - done, offset + done);
    },
    flush: () => fsyncSync(file),
    close: () => closeSync(file),
  };
};

/** Read in one go, bytes. */
export const CHUNK_BYTES = 1024 * 1024;

/** Pieces that cover `offset` to `end`, each at most `CHUNK_BYTES`. */
export function* chunksOf(
  offset: number,
  end: number,
): Generator<{ readonly offset: number; readonly bytes: number }> {
  for (let at = offset; at < end; at += CHUNK_BYTES)
    yield { offset: at, bytes: Math.min(CHUNK_BYTES, end - at) };
}

const ZEROS = Buffer.alloc(CHUNK_BYTES);
export const isZero = (bytes: Buffer): boolean =>
  bytes.equals(bytes.length === ZEROS.length ? ZEROS : ZEROS.subarray(0, bytes.length));

/** Where the first byte is that is not zero; null: there is none. */
export const firstNotZero = (disk: Disk, offset: number, end: number): number | null => {
  for (const chunk of chunksOf(offset, end)) {
    const bytes = disk.read(chunk.offset, chunk.bytes);
    if (!isZero(bytes)) return chunk.offset + bytes.findIndex((each) => each !== 0);
  }
  return null;
};

/** Where what is not zero ends; `offset` when all of it is zero. */
export const endOfContent = (disk: Disk, offset: number, end: number): number => {
  for (let to = end; to > offset; to -= Math.min(CHUNK_BYTES, to - offset)) {
    const from = Math.max(offset, to - CHUNK_BYTES);
    const bytes = disk.read(from, to - from);
    if (!isZero(bytes)) return from + bytes.findLastIndex((each) => each !== 0) + 1;
  }
  return offset;
};
