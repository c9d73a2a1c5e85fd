/**
 * An officer's token as a file on removable memory: the folder where the memory is mounted, watched by
 * asking. It can not limit attempts at the PIN, and says so; what a token alone opens is nothing
 * (firmware/vault/key-shares.ts).
 */
import { access, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#hal/clock.ts';
import type { OfficerTokenSlot, TokenFault } from '#hal/officer-token.ts';
import { done, err, ok, type Result } from '#hal/result.ts';

/** The record's name in the folder. */
export const TOKEN_FILE = 'urna-token.json';
/** A record is at most this long (hal/officer-token.ts). */
export const MAX_TOKEN_BYTES = 4096;
/** How often the folder is looked for. */
export const LOOK_EVERY_MS = 500;

export type TokenFileOptions = {
  readonly clock: Clock;
  /** Where the memory is mounted: there while a token is in. */
  readonly folder: string;
};

export type TokenFileSlot = OfficerTokenSlot & {
  /** Stops looking. */
  close(): void;
};

const fault = (kind: TokenFault['kind'], detail: string): Result<never, TokenFault> =>
  err({ device: 'token', kind, detail });

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : 'unknown error';

/** What the system's error means for a token. */
const faultOf = (thrown: unknown, what: string): Result<never, TokenFault> => {
  const code = codeOf(thrown);
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENOTDIR')
    return fault('absent', `${what}: ${code}`);
  return fault(code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'broken', `${what}: ${code}`);
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Flushes a file or folder to the memory. */
const flush = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

export const makeTokenFileSlot = ({ clock, folder }: TokenFileOptions): TokenFileSlot => {
  const path = join(folder, TOKEN_FILE);
  const listeners = new Set<(present: boolean) => void>();
  let present = false;
  let closed = false;
  let cancel = (): void => undefined;

  const look = async (): Promise<void> => {
    const there = await access(folder).then(
      () => true,
      () => false,
    );
    if (closed) return;
    if (there !== present) {
      present = there;
      for (const listener of [...listeners]) listener(there);
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  };
  cancel = clock.after(0, look);

  const read = async (): Promise<Result<Uint8Array | null, TokenFault>> => {
    try {
      await access(folder);
      const { size } = await stat(path);
      if (size > MAX_TOKEN_BYTES) return fault('garbled', `${size} bytes is no token`);
      return ok(Uint8Array.from(await readFile(path)));
    } catch (thrown) {
      const inserted = await access(folder).then(
        () => true,
        () => false,
      );
      return inserted && codeOf(thrown) === 'ENOENT' ? ok(null) : faultOf(thrown, 'read');
    }
  };

  const write = async (record: Uint8Array): Promise<Result<void, TokenFault>> => {
    if (record.length > MAX_TOKEN_BYTES) return fault('full', `${record.length} bytes do not fit`);
    try {
      const handle = await open(`${path}.new`, 'w', 0o600);
      try {
        await handle.writeFile(record);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.new`, path);
      await flush(folder);
    } catch (thrown) {
      return faultOf(thrown, 'write');
    }
    const back = await read();
    if (!back.ok) return back;
    if (back.value !== null && sameBytes(back.value, record)) return done;
    return fault('broken', 'read back differs');
  };

  return {
    limitsAttempts: false,
    present: () => present,
    onPresence: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    read,
    write,
    close: () => {
      closed = true;
      cancel();
    },
  };
};
