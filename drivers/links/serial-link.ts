/** A serial port as a link that comes back by itself. */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { type Connector, makeReopeningByteLink } from './reopening-byte-link.ts';
import { openSerialPort } from './serial-port.ts';

/** A write is done this long before its last bit, so that the next one leaves no gap on the wire. */
const AHEAD_MS = 2;
/** Start bit, 8 data bits, stop bit. */
const BITS_PER_BYTE = 10;

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
  (find: () => string | null, baud: number, clock: Clock): Connector =>
  async (events) => {
    const path = find();
    if (path === null) return null;
    const port = await openSerialPort(path, baud);
    const wireTime = makeWireTime(clock, baud);
    const readOn = async (): Promise<void> => {
      for (let chunk = await port.read(); chunk !== null; chunk = await port.read())
        events.bytes(chunk);
      events.gone();
    };
    void readOn();
    return {
      write: async (bytes) => {
        const sent = wireTime(bytes.length);
        if (!(await port.write(bytes))) return false;
        await Promise.all([port.drain(), sent]);
        return true;
      },
      close: port.close,
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
