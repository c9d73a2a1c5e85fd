/**
 * The kernel's watchdog device: opening it starts it, any byte feeds it, a `V` before closing stops it
 * (Linux Documentation/watchdog/watchdog-api.rst, "magic close"); how long it waits stands in sysfs
 * (Documentation/ABI/testing/sysfs-class-watchdog), in seconds.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { done, err, ok, type Result } from '#hal/result.ts';
import type { Watchdog, WatchdogFault } from '#hal/watchdog.ts';

export type WatchdogPlace = {
  /** For example `/dev/watchdog0`. */
  readonly path: string;
  /** The kernel's folder for it, for example `/sys/class/watchdog/watchdog0`. */
  readonly sysfs: string;
};

const FOOD = new TextEncoder().encode('\0');
const MAGIC_CLOSE = new TextEncoder().encode('V');
const MAX_SECONDS = 3_600;

const fault = (kind: WatchdogFault['kind'], detail: string): Result<never, WatchdogFault> =>
  err({ device: 'watchdog', kind, detail });
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

const timeoutOf = async (sysfs: string): Promise<number | null> => {
  const text = (await readFile(join(sysfs, 'timeout'), 'latin1').catch(() => '')).trim();
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds * 1_000 : null;
};

/** From now on it counts. */
export const openWatchdog = async ({
  path,
  sysfs,
}: WatchdogPlace): Promise<Result<Watchdog, WatchdogFault>> => {
  const timeoutMs = await timeoutOf(sysfs);
  // One that does not say how long it waits is not started: nobody knew when to feed it.
  if (timeoutMs === null) return fault('absent', `${sysfs} tells no timeout`);
  let handle: FileHandle | null;
  try {
    // For writing alone, and never made where it is not.
    handle = await open(path, 'r+').catch((error) => {
      if (codeOf(error) === 'EINVAL') return open(path, 'a');
      throw error;
    });
  } catch (error) {
    return fault('absent', `${path}: ${codeOf(error)}`);
  }
  const write = async (bytes: Uint8Array): Promise<Result<void, WatchdogFault>> => {
    if (handle === null) return fault('absent', 'it was let go');
    try {
      await handle.write(bytes);
      return done;
    } catch (error) {
      return fault('broken', `${path}: ${codeOf(error)}`);
    }
  };
  return ok({
    timeoutMs,
    feed: () => write(FOOD),
    disarm: async () => {
      const told = await write(MAGIC_CLOSE);
      await handle?.close().catch(() => undefined);
      handle = null;
      return told;
    },
  });
};
