/**
 * A serial port as a link, on serialport's binding for Linux: it opens the port raw, locks it and sets
 * the rate; what is read and when the port is gone is decided here.
 *
 * Not by serialport's stream, because that one reads a port that hung up (read(2) gives no bytes, for
 * ever) again and again at full speed and never says that it is gone (seen with 13.0.0 when the
 * other side of a pseudo-terminal closed).
 */
import { read } from 'node:fs';
import { SerialPort } from 'serialport';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import {
  type ConnectionEvents,
  type Connector,
  makeReopeningByteLink,
} from './reopening-byte-link.ts';

/** Bytes taken from the port at once. */
const READ_BYTES = 4_096;
/** Reads that found nothing in a row, each after the port was said to be readable: it hung up. */
const EMPTY_READS = 3;
/** A write is done this long before its last bit, so that the next one leaves no gap on the wire. */
const AHEAD_MS = 2;
/** Start bit, 8 data bits, stop bit. */
const BITS_PER_BYTE = 10;

/** What this uses of serialport's opened port on Linux. */
type OpenedPort = {
  readonly fd: number | null;
  readonly poller: {
    once(event: 'readable', listener: (error: Error | null) => void): unknown;
  };
  write(bytes: Buffer): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
};

const isOpenedPort = (port: object): port is OpenedPort => 'poller' in port && 'fd' in port;

const readable = (port: OpenedPort): Promise<boolean> =>
  new Promise((resolve) => {
    if (port.fd === null) return resolve(false);
    port.poller.once('readable', (error) => resolve(error === null));
  });

/** Bytes read; 0: none now; null: the port is gone. */
const readSome = (port: OpenedPort, buffer: Uint8Array): Promise<number | null> =>
  new Promise((resolve) => {
    if (port.fd === null) return resolve(null);
    read(port.fd, buffer, 0, buffer.length, null, (error, count) => {
      if (error === null) return resolve(count === 0 ? null : count);
      const again = error.code === 'EAGAIN' || error.code === 'EINTR';
      resolve(again ? 0 : null);
    });
  });

/** Reads until the port is closed or gone. */
const readOn = async (port: OpenedPort, events: ConnectionEvents): Promise<void> => {
  const buffer = new Uint8Array(READ_BYTES);
  let empty = 0;
  while (empty < EMPTY_READS && (await readable(port))) {
    const count = await readSome(port, buffer);
    if (count === null) break;
    empty = count === 0 ? empty + 1 : 0;
    if (count > 0) events.bytes(buffer.slice(0, count));
  }
  events.gone();
};

/**
 * Knows when the wire is done with bytes that were handed over. USB adapters and pseudo-terminals say
 * that they are drained while bytes wait in their own memory, and limits of answers count from there.
 */
const makeWireTime = (clock: Clock, baud: number): ((bytes: number) => Promise<void>) => {
  let freeAtMs = 0;
  return (bytes) => {
    freeAtMs = Math.max(freeAtMs, clock.nowMs()) + (bytes * BITS_PER_BYTE * 1000) / baud;
    const own = freeAtMs - AHEAD_MS;
    return new Promise((resolve) => {
      const leftMs = own - clock.nowMs();
      if (leftMs <= 0) resolve();
      else clock.after(leftMs, resolve);
    });
  };
};

const connectTo =
  (find: () => string | null, baudRate: number, clock: Clock): Connector =>
  async (events) => {
    const path = find();
    if (path === null) return null;
    // DTR stays as it is when a process ends: its fall would restart an Arduino at the next opening.
    const port: object = await SerialPort.binding.open({ path, baudRate, hupcl: false });
    if (!isOpenedPort(port))
      throw new Error('serialport opened something that is not a Linux port');
    let open = true;
    const wireTime = makeWireTime(clock, baudRate);
    void readOn(port, events);
    return {
      write: async (bytes) => {
        if (!open) return false;
        const sent = wireTime(bytes.length);
        await port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
        if (!open) return false;
        await Promise.all([port.drain(), sent]);
        return open;
      },
      close: () => {
        if (!open) return;
        open = false;
        // A port that is gone already has nothing left to fail at.
        port.close().catch(() => undefined);
      },
    };
  };

/**
 * A link to the serial port at `where`: a path, or what finds it now (null: not plugged in). Errors of
 * writes: `absent`, `timeout` (nothing taken for twice the time its bytes need and 3 s), `busy`.
 */
export const openSerialLink = (
  where: string | (() => string | null),
  baud: number,
  clock: Clock,
): ByteLink => {
  const find = typeof where === 'string' ? () => where : where;
  const name = typeof where === 'string' ? where : 'the serial port';
  return makeReopeningByteLink(clock, connectTo(find, baud, clock), {
    name,
    msPerByte: (BITS_PER_BYTE * 1000) / baud,
  });
};
