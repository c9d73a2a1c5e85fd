/**
 * The board's battery-backed clock, a DS3231 on the I2C bus of a Firmata board. Time and status come
 * in one read, so they are of one moment; setting writes the time first and says "it goes" last, so
 * that a cut in between leaves it `lost` and not wrong.
 */
import type { Clock } from '#hal/clock.ts';
import type { RealTimeClock, RealTimeClockFault } from '#hal/real-time-clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import type { FirmataBoard } from '../power/firmata-board.ts';
import { readI2c } from '../power/i2c-read.ts';
import { I2C } from '../power/pins.ts';
import {
  CONTROL_EOSC,
  decodeTime,
  encodeTime,
  REGISTER,
  REGISTER_COUNT,
  STATUS_OSF,
} from './protocol.ts';

/** Read back, a clock that was just set is this far on at most. */
const VERIFY_LIMIT_MS = 3_000;

const fault = (kind: RealTimeClockFault['kind'], detail: string): RealTimeClockFault => ({
  device: 'clock',
  kind,
  detail,
});

type Registers = readonly number[];

const statusOf = (registers: Registers): number => registers[REGISTER.status] ?? STATUS_OSF;

/** What the registers tell. */
const timeIn = (registers: Registers): Result<number, RealTimeClockFault> => {
  if (statusOf(registers) & STATUS_OSF) return err(fault('lost', 'its oscillator was stopped'));
  const calendarMs = decodeTime(registers);
  if (calendarMs === null) return err(fault('garbled', 'its registers are no date'));
  return ok(calendarMs);
};

/** Makes the clock of a Firmata board; it answers with the board's fault while that is not usable. */
export const makeRealTimeClock = (firmata: FirmataBoard, clock: Clock): RealTimeClock => {
  let busy = false;

  const boardFault = (): RealTimeClockFault | null => {
    const found = firmata.fault('clock');
    return found === null ? null : fault(found.kind, found.detail);
  };
  const readRegisters = async (): Promise<Result<Registers, RealTimeClockFault>> => {
    const before = boardFault();
    if (before !== null) return err(before);
    firmata.board().i2cConfig({ address: I2C.realTimeClock });
    const answer = await readI2c(firmata, clock, {
      address: I2C.realTimeClock,
      register: REGISTER.seconds,
      count: REGISTER_COUNT,
    });
    if (answer === 'absent') return err(fault('absent', 'nothing answers at its address'));
    if (answer === 'timeout') return err(boardFault() ?? fault('timeout', 'no reply to a read'));
    return ok(answer);
  };
  const write = (register: number, bytes: readonly number[]): void =>
    firmata.board().i2cWrite(I2C.realTimeClock, [register, ...bytes]);

  const setTo = async (time: Registers, calendarMs: number) => {
    const before = await readRegisters();
    if (!before.ok) return before;
    const control = before.value[REGISTER.control] ?? 0;
    write(REGISTER.seconds, time);
    if (control & CONTROL_EOSC) write(REGISTER.control, [control & ~CONTROL_EOSC]);
    // Last: until this bit is cleared the clock counts as lost.
    write(REGISTER.status, [statusOf(before.value) & ~STATUS_OSF]);
    const after = await readRegisters();
    if (!after.ok) return after;
    const shown = timeIn(after.value);
    const passedMs = shown.ok ? shown.value - calendarMs : Number.NaN;
    if (passedMs >= -1_000 && passedMs <= VERIFY_LIMIT_MS) return done;
    return err(fault('broken', 'it does not keep the time it was given'));
  };

  /** One operation at a time, whatever it throws. */
  const alone = async <T>(
    operation: () => Promise<Result<T, RealTimeClockFault>>,
  ): Promise<Result<T, RealTimeClockFault>> => {
    if (busy) return err(fault('busy', 'another operation is under way'));
    busy = true;
    try {
      await firmata.settled();
      return await operation();
    } finally {
      busy = false;
    }
  };

  return {
    read: () =>
      alone(async () => {
        const registers = await readRegisters();
        return registers.ok ? timeIn(registers.value) : registers;
      }),
    set: (calendarMs) =>
      alone(async () => {
        const time = encodeTime(calendarMs);
        if (time === null) return err(fault('broken', 'it holds the years 2000 to 2199 only'));
        return setTo(time, calendarMs);
      }),
  };
};
