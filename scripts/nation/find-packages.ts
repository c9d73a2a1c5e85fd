/**
 * Result packages in a folder tree, at any depth, as removable media are copied into it. Each is looked
 * at once, read into the same memory, and handed on before the next.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SIGNATURE_BYTES } from '#firmware/vault/keys.ts';
import { MAX_RESULT_BYTES, RESULT_FILES } from '#firmware/vault/result-package.ts';

/** Deeper folders are not looked into. */
const MAX_DEPTH = 16;
/** A folder that holds more is no folder of results. */
export const MAX_PACKAGES_FOUND = 500_000;

/** Paths of all result packages below `folder`, in an order that does not depend on the disk. Links are not followed. */
export const findPackages = (folder: string): readonly string[] => {
  const found: string[] = [];
  const look = (at: string, depth: number): void => {
    const entries = readdirSync(at, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isFile() && entry.name === RESULT_FILES.package) {
        if (found.length < MAX_PACKAGES_FOUND) found.push(path);
      } else if (entry.isDirectory() && depth < MAX_DEPTH) look(path, depth + 1);
    }
  };
  look(folder, 0);
  return found;
};

/** Why a package could not be read as bytes. */
export type ReadTrouble = 'huge' | 'noSignature' | 'unreadable';

export type ReadPackage =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly signature: Uint8Array }
  | { readonly ok: false; readonly code: ReadTrouble; readonly detail: string };

/** The length of the whole file, which is in `room` when it fits; negative: there is none. */
const readInto = (path: string, room: Uint8Array): number => {
  let file: number;
  try {
    // Not waiting for whoever writes into a pipe that has a package's name.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return -1;
    throw cause;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error(`${path} is not a file`);
    const { size } = found;
    if (size > room.length) return size;
    let length = 0;
    for (;;) {
      const count = readSync(file, room, length, room.length - length, null);
      if (count === 0) return length;
      length += count;
    }
  } finally {
    closeSync(file);
  }
};

/** Reads packages one after the other; what it gives is good until the next. */
export const makePackageReader = (): ((path: string) => ReadPackage) => {
  const room = new Uint8Array(MAX_RESULT_BYTES);
  // A byte more than a signature has, so that a longer one is not taken for one.
  const signatureRoom = new Uint8Array(SIGNATURE_BYTES + 1);
  return (path) => {
    const signaturePath = join(dirname(path), RESULT_FILES.signature);
    try {
      const length = readInto(path, room);
      if (length > room.length) return { ok: false, code: 'huge', detail: `${length} bytes` };
      const signature = readInto(signaturePath, signatureRoom);
      if (signature < 0)
        return { ok: false, code: 'noSignature', detail: `no ${RESULT_FILES.signature} beside it` };
      return {
        ok: true,
        bytes: room.subarray(0, length),
        signature: signatureRoom.subarray(0, Math.min(signature, signatureRoom.length)),
      };
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      return { ok: false, code: 'unreadable', detail };
    }
  };
};
