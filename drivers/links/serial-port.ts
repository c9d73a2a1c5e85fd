/**
 * An opened serial port on Linux: serialport's binding opens it raw, locks it, sets the rate and waits
 * for it (`poller`, epoll); what is read and written is decided here. Two things of serialport 13.0.0
 * were seen to fail:
 * - its stream reads a port that hung up (read(2) gives no bytes, for ever) again and again at full
 *   speed and never says that it is gone;
 * - its poller waits for what was asked last: a reader that waits makes a writer wait for ever, and the
 *   other way about, once the output is full. Here both are always asked for together.
 */
import { readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SerialPort } from 'serialport';

/** What this uses of serialport's opened port on Linux. */
type Binding = {
  readonly fd: number | null;
  readonly poller: {
    poll(events: number): void;
    on(event: 'readable' | 'writable', listener: (error: Error | null) => void): unknown;
  };
  drain(): Promise<void>;
  close(): Promise<void>;
};

export type OpenedSerialPort = {
  /** The next bytes, when there are some; null: the port is gone or closed. */
  read(): Promise<Uint8Array | null>;
  /** True once the kernel has all of them; false: the port is gone or closed. One call at a time. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Resolves when the kernel has sent all of it, as far as it knows. */
  drain(): Promise<void>;
  close(): void;
};

/** Bytes taken from the port at once. */
const READ_BYTES = 4_096;
/** libuv's names for what to wait for. */
const EVENT = { readable: 1, writable: 2 } as const;
type Event = keyof typeof EVENT;

const isBinding = (port: object): port is Binding => 'poller' in port && 'fd' in port;

const isAgain = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EAGAIN' || error.code === 'EINTR' || error.code === 'EWOULDBLOCK');

/** Waits for reader and writer at once; false: the port hung up or was closed. */
const makeWaiting = ({ poller }: Binding) => {
  const waiting = new Map<Event, (usable: boolean) => void>();
  const settle = (event: Event, usable: boolean): void => {
    const resolve = waiting.get(event);
    waiting.delete(event);
    resolve?.(usable);
  };
  for (const event of ['readable', 'writable'] as const)
    poller.on(event, (error) => settle(event, error === null));
  return {
    until: (event: Event): Promise<boolean> =>
      new Promise((resolve) => {
        waiting.set(event, resolve);
        poller.poll([...waiting.keys()].reduce((sum, each) => sum | EVENT[each], 0));
      }),
    end: (): void => {
      for (const event of [...waiting.keys()]) settle(event, false);
    },
  };
};

/** Does a read or write that never waits; null: it would have to, false: the port is gone. */
const attempt = (work: () => number): number | null | false => {
  try {
    const count = work();
    return count === 0 ? false : count;
  } catch (error) {
    return isAgain(error) ? null : false;
  }
};

/**
 * serialport without what its index has beside it, a pretended port and a dozen parsers. Required, since a CommonJS
 * package that is imported is read twice, first for its names.
 */
const loadSerialPort = (): typeof SerialPort =>
  (
    createRequire(import.meta.url)('serialport/dist/serialport.js') as {
      SerialPort: typeof SerialPort;
    }
  ).SerialPort;

/** Opens the port at `path`. Rejects when it is not there, or is in use. */
export const openSerialPort = async (path: string, baudRate: number): Promise<OpenedSerialPort> => {
  // DTR stays as it is when a process ends: its fall would restart an Arduino at the next opening.
  const port: object = await loadSerialPort().binding.open({ path, baudRate, hupcl: false });
  if (!isBinding(port)) throw new Error('serialport opened something that is not a Linux port');
  const waiting = makeWaiting(port);
  const buffer = new Uint8Array(READ_BYTES);
  let open = true;
  return {
    read: async () => {
      while (open && (await waiting.until('readable'))) {
        const { fd } = port;
        if (!open || fd === null) return null;
        const count = attempt(() => readSync(fd, buffer, 0, buffer.length, null));
        if (count === false) return null;
        if (count !== null) return buffer.slice(0, count);
      }
      return null;
    },
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const { fd } = port;
        if (!open || fd === null) return false;
        const from = at;
        const count = attempt(() => writeSync(fd, bytes, from, bytes.length - from));
        if (count === false) return false;
        if (count === null && !(await waiting.until('writable'))) return false;
        at += count ?? 0;
      }
      return open;
    },
    drain: () => (open ? port.drain() : Promise.resolve()),
    close: () => {
      if (!open) return;
      open = false;
      waiting.end();
      // A port that is gone already has nothing left to fail at.
      port.close().catch(() => undefined);
    },
  };
};
