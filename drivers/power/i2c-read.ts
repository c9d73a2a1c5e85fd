/**
 * One read from a chip on a Firmata board's I2C bus, with an end: johnny-five's own waits for ever
 * for a reply that may have been lost with the cable.
 */
import type { Clock } from '#hal/clock.ts';
import { afterSilence } from '../patience.ts';
import type { FirmataBoard } from './firmata-board.ts';

/** A reply takes a few milliseconds of wire; a board that prints 1 kB of display before it, 200 ms. */
export const I2C_READ_LIMIT_MS = 700;

export type I2cRead = {
  readonly address: number;
  /** Where to read from; null: from where the chip stands (a port expander has no registers). */
  readonly register: number | null;
  /** Bytes, 1 to 32 (the buffer of Arduino's Wire library). */
  readonly count: number;
};

/** The bytes; `absent`: nobody answered at that address; `timeout`: no reply within 700 ms. */
export const readI2c = (
  firmata: FirmataBoard,
  clock: Clock,
  { address, register, count }: I2cRead,
): Promise<readonly number[] | 'absent' | 'timeout'> =>
  new Promise((resolve) => {
    const { io } = firmata.board();
    const event = `I2C-reply-${address}-${register ?? 0}`;
    io.removeAllListeners(event);
    const finish = (outcome: readonly number[] | 'absent' | 'timeout'): void => {
      cancel();
      stop();
      io.removeAllListeners(event);
      resolve(outcome);
    };
    const cancel = afterSilence(clock, I2C_READ_LIMIT_MS, () => finish('timeout'));
    // A board that is lost will not answer any more: its own fault is told by who asked.
    const stop = firmata.onLost(() => finish('timeout'));
    const take = (bytes: readonly number[]): void =>
      finish(bytes.length === count ? bytes : 'absent');
    if (register === null) io.i2cReadOnce(address, count, take);
    else io.i2cReadOnce(address, register, count, take);
  });
