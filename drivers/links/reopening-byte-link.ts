/**
 * A `ByteLink` over whatever carries bytes and may go away: order, limits and the answers to writes
 * that were under way are the same for a serial port, a socket and a USB printer.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { keepOpen, OPEN_LIMIT_MS, type Opened } from './reopening.ts';

/** One connection, from its opening until it is gone. */
export type Connection = Opened & {
  /** True once the wire took all of it. */
  write(bytes: Uint8Array): Promise<boolean>;
};

/** What a connection tells while it lives. */
export type ConnectionEvents = { bytes(chunk: Uint8Array): void; gone(): void };

export type Connector = (events: ConnectionEvents) => Promise<Connection | null>;

/** A write may take twice the time that its bytes need, and this. */
export const WRITE_GRACE_MS = 3_000;
/** Bytes that wait for the wire; a write beyond them is told `busy`. */
export const MAX_WAITING_BYTES = 4 * 1024 * 1024;

const linkFault = (kind: Fault['kind'], detail: string): Result<never, Fault> =>
  err({ device: 'link', kind, detail });

export type ByteLinkTraits = {
  /** What faults call it. */
  readonly name: string;
  /** Time of a byte on the wire, for the limit of a write. */
  readonly msPerByte: number;
  /** True: it waits to be connected to, without a limit. */
  readonly listens?: boolean;
};

export const makeReopeningByteLink = (
  clock: Clock,
  connect: Connector,
  { name, msPerByte, listens = false }: ByteLinkTraits,
): ByteLink => {
  const onBytes = new Set<(chunk: Uint8Array) => void>();
  const open = (gone: () => void) =>
    connect({
      bytes: (chunk) => {
        for (const listener of [...onBytes]) listener(chunk);
      },
      gone,
    });
  const life = keepOpen<Connection>(clock, open, listens ? null : OPEN_LIMIT_MS);
  const absent = (): Result<never, Fault> => linkFault('absent', `${name} is not there`);
  let turn: Promise<unknown> = Promise.resolve();
  let waitingBytes = 0;
  /** Writes under way, to be answered when the link is closed for good. */
  const closers = new Set<(result: Result<void, Fault>) => void>();

  /** One write: done, gone, or stalled, in which case the connection is given up. */
  const carry = (connection: Connection, bytes: Uint8Array): Promise<Result<void, Fault>> => {
    if (life.current() !== connection) return Promise.resolve(absent());
    return new Promise((resolve) => {
      const finish = (result: Result<void, Fault>): void => {
        stopLimit();
        stopListening();
        resolve(result);
      };
      const stopListening = life.onPresence(() => finish(absent()));
      closers.add(finish);
      const limitMs = 2 * bytes.length * msPerByte + WRITE_GRACE_MS;
      const stopLimit = afterSilence(clock, limitMs, () => {
        finish(linkFault('timeout', `${name} takes no bytes`));
        if (life.current() === connection) life.drop();
      });
      connection
        .write(bytes)
        .then(
          (taken) => finish(taken ? done : absent()),
          () => finish(absent()),
        )
        .finally(() => closers.delete(finish));
    });
  };

  return {
    present: () => life.current() !== null,
    onPresence: life.onPresence,
    onBytes: (listener) => listen(onBytes, listener),
    write: (bytes) => {
      const connection = life.current();
      if (connection === null) return Promise.resolve(absent());
      if (waitingBytes + bytes.length > MAX_WAITING_BYTES)
        return Promise.resolve(linkFault('busy', `${name}: too much waits for the wire`));
      const copy = bytes.slice();
      waitingBytes += copy.length;
      const result = turn.then(() => carry(connection, copy));
      turn = result;
      void result.then(() => {
        waitingBytes -= copy.length;
      });
      return result;
    },
    close: () => {
      life.close();
      onBytes.clear();
      for (const finish of [...closers]) finish(absent());
      closers.clear();
    },
  };
};
