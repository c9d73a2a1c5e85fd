/**
 * The I2C side of StandardFirmata: writes, single reads and the reads it repeats at each sample, on a
 * bus of emulated chips. A chip that does not answer gets a complaint and a stale reply, as there.
 */
import type { BoardMessage, HostMessage } from './protocol.ts';

/** StandardFirmata.ino: I2C_MAX_QUERIES. */
const QUERY_LIMIT = 8;
/** The Wire library's buffer on AVR, bytes: a longer transmission is cut. */
const WIRE_LIMIT = 32;

/** A chip on the board's I2C bus. */
export type I2cDevice = {
  readonly address: number;
  /** The chip is connected and acknowledges its address. */
  present(): boolean;
  write(bytes: readonly number[]): void;
  /** Bytes read from where the last write pointed. */
  read(count: number): readonly number[];
};

export type EmulatedI2c = {
  handle(request: HostMessage & { readonly kind: 'i2cRequest' }): void;
  /** Carries out every repeated read once. */
  sample(): void;
  repeating(): boolean;
  /** Forgets the repeated reads: the board was reset. */
  reset(): void;
};

type Query = { readonly address: number; readonly register: number; readonly count: number };

/** `register` -1: none was named. */
const queryOf = (address: number, data: readonly number[]): Query => {
  const [first = 0, second] = data;
  return second === undefined
    ? { address, register: -1, count: first }
    : { address, register: first, count: second };
};

export const emulateI2c = (
  chips: readonly I2cDevice[],
  send: (message: BoardMessage) => void,
): EmulatedI2c => {
  const received = new Uint8Array(WIRE_LIMIT);
  let queries: Query[] = [];

  const chipAt = (address: number): I2cDevice | undefined =>
    chips.find((chip) => chip.address === address && chip.present());

  const read = ({ address, register, count }: Query): void => {
    const chip = chipAt(address);
    if (register >= 0) chip?.write([register]);
    const data = chip?.read(Math.min(count, WIRE_LIMIT)) ?? [];
    if (data.length < count) send({ kind: 'text', text: 'I2C: Too few bytes received' });
    // StandardFirmata.ino, readAndReportData: one buffer for all reads, sent at the length asked for.
    received.set(data);
    const reply = Array.from(received.subarray(0, Math.min(count, WIRE_LIMIT)));
    send({ kind: 'i2cReply', address, register: Math.max(register, 0), data: reply });
  };

  return {
    handle: ({ address, mode, data }) => {
      switch (mode) {
        case 'write':
          chipAt(address)?.write(data.slice(0, WIRE_LIMIT));
          return;
        case 'read':
          read(queryOf(address, data));
          return;
        case 'readContinuously':
          if (queries.length < QUERY_LIMIT) queries.push(queryOf(address, data));
          else send({ kind: 'text', text: 'too many queries' });
          return;
        case 'stopReading': {
          // StandardFirmata.ino, I2C_STOP_READING: one query a request.
          const at = queries.findIndex((query) => query.address === address);
          if (at >= 0) queries.splice(at, 1);
          return;
        }
      }
    },
    sample: () => {
      for (const query of queries) read(query);
    },
    repeating: () => queries.length > 0,
    reset: () => {
      queries = [];
    },
  };
};
