/**
 * What goes out of the console: bounded. Nothing ever waits in here beyond a fixed number of bytes; what
 * does not fit because nobody reads is dropped, counted, and the count is told once the line takes bytes again.
 */
import type { ByteLink } from '#hal/byte-link.ts';

/** Bytes that wait for the line: a second and a half at 115,200 baud. */
export const MAX_WAITING_BYTES = 16_384;
/** An answer goes on once no more than this waits. */
const ROOM_BYTES = 2_048;

export type ConsoleOutput = {
  /** False: it was dropped, all of it. */
  readonly write: (text: string) => boolean;
  /** Resolves when there is room for the next line of an answer. */
  readonly room: () => Promise<void>;
};

export const makeOutput = (link: ByteLink, onDropped: (bytes: number) => void): ConsoleOutput => {
  let waiting = 0;
  let dropped = 0;
  let waiters: (() => void)[] = [];
  const sent = (count: number, taken: boolean): void => {
    waiting -= count;
    if (!taken) dropped += count;
    if (waiting > ROOM_BYTES) return;
    const ready = waiters;
    waiters = [];
    for (const resolve of ready) resolve();
    if (taken && dropped > 0) {
      const told = dropped;
      dropped = 0;
      onDropped(told);
    }
  };
  return {
    write: (text) => {
      const bytes = new TextEncoder().encode(text);
      if (waiting + bytes.length > MAX_WAITING_BYTES) {
        dropped += bytes.length;
        return false;
      }
      waiting += bytes.length;
      void link.write(bytes).then((result) => sent(bytes.length, result.ok));
      return true;
    },
    room: () =>
      waiting <= ROOM_BYTES
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push(resolve);
          }),
  };
};
