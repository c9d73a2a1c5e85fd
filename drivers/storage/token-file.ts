/**
 * An officer's token as a file on removable memory: the folder where the memory is mounted, watched by
 * asking. It can not limit attempts at the PIN, and says so; what a token alone opens is nothing
 * (firmware/vault/key-shares.ts).
 */
import { statSync } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import {
  type OfficerTokenSlot,
  TOKEN_LIMIT_MS,
  TOKEN_NOTICE_MS,
  TOKEN_RECORD_BYTES,
  type TokenFault,
} from '#hal/officer-token.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { isMounted } from './mount-point.ts';
import { LATE, makeTurns } from './turns.ts';

/** The record's name in the folder. */
export const TOKEN_FILE = 'urna-token.json';
/** How often the folder is looked for. */
export const LOOK_EVERY_MS = TOKEN_NOTICE_MS / 2;

export type TokenFileOptions = {
  readonly clock: Clock;
  /** Where the memory is mounted: there while a token is in. */
  readonly folder: string;
  /** The folder is a mount point: with nothing mounted on it no token is in. */
  readonly mountPoint?: boolean;
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

/** Which folder stands there now: another one after a swap. Null: none, or nothing mounted on it. */
const placeOf = (folder: string, mountPoint: boolean): string | null => {
  try {
    const found = statSync(folder, { bigint: true });
    if (!found.isDirectory()) return null;
    if (mountPoint && !isMounted(folder)) return null;
    return `${found.dev} ${found.ino} ${found.birthtimeNs}`;
  } catch {
    return null;
  }
};

const readRecord = async (path: string): Promise<Result<Uint8Array | null, TokenFault>> => {
  try {
    const { size } = await stat(path);
    if (size > TOKEN_RECORD_BYTES) return fault('garbled', `${size} bytes is no token`);
    return ok(Uint8Array.from(await readFile(path)));
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT' ? ok(null) : faultOf(thrown, 'read');
  }
};

const writeRecord = async (
  folder: string,
  path: string,
  record: Uint8Array,
): Promise<Result<void, TokenFault>> => {
  if (record.length > TOKEN_RECORD_BYTES) return fault('full', `${record.length} bytes do not fit`);
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
  const back = await readRecord(path);
  if (!back.ok) return back;
  if (back.value !== null && sameBytes(back.value, record)) return done;
  return fault('broken', 'read back differs');
};

export const makeTokenFileSlot = (options: TokenFileOptions): TokenFileSlot => {
  const { clock, folder, mountPoint = false } = options;
  const path = join(folder, TOKEN_FILE);
  const listeners = new Set<(present: boolean) => void>();
  const turns = makeTurns(clock, TOKEN_LIMIT_MS);
  let present = false;
  let closed = false;
  let cancel = (): void => undefined;

  const look = (): void => {
    // Not asked of a token that hangs: stat(2) would hang with it.
    const there = turns.stuck() ? present : placeOf(folder, mountPoint) !== null;
    if (closed) return;
    if (there !== present) {
      present = there;
      for (const listener of [...listeners]) listener(there);
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  };
  cancel = clock.after(0, look);

  /** Runs one operation in its turn, under the limit, on the token that is in from the call to the end. */
  const inTurn = async <T>(
    work: () => Promise<Result<T, TokenFault>>,
  ): Promise<Result<T, TokenFault>> => {
    const place = turns.stuck() ? null : placeOf(folder, mountPoint);
    if (place === null && !turns.stuck()) return fault('absent', 'no token is in the slot');
    const same = (): boolean => placeOf(folder, mountPoint) === place;
    const result = await turns.take(async () => {
      if (!same()) return fault('absent', 'the token was pulled');
      const found = await work();
      return same() ? found : fault('absent', 'the token was pulled');
    });
    return result === LATE ? fault('timeout', `no answer in ${TOKEN_LIMIT_MS} ms`) : result;
  };

  return {
    limitsAttempts: false,
    present: () => present,
    onPresence: (listener) => listen(listeners, listener),
    read: () => inTurn(() => readRecord(path)),
    write: (record) => {
      const held = record.slice();
      return inTurn(() => writeRecord(folder, path, held));
    },
    close: () => {
      closed = true;
      cancel();
    },
  };
};
