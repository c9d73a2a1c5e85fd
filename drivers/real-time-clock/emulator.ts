/**
 * A DS3231 on an I2C bus: time registers that go on by themselves, control and status, a register
 * pointer that wraps (datasheet, "I2C serial data bus"), and what goes wrong with such chips.
 */
import type { Clock } from '#hal/clock.ts';
import type { I2cDevice } from '../power/emulated-i2c.ts';
import { I2C } from '../power/pins.ts';
import {
  CONTROL_EOSC,
  decodeTime,
  encodeTime,
  FIRST_MS,
  REGISTER,
  STATUS_OSF,
  TIME_BYTES,
} from './protocol.ts';

/** What goes wrong with the clock, each by its name. */
export const REAL_TIME_CLOCK_FAULTS = {
  stopped: 'its crystal broke: time stands still, the oscillator flag stays',
  lost: 'its cell was empty: it starts in the year 2000 and says so',
  wrong: 'it is a day and three hours slow, and does not know',
  jumping: 'it jumps an hour ahead and back between reads',
  silent: 'it does not answer on the bus',
  garbled: 'its registers hold what is no date',
  setIgnored: 'it takes no writes: it stays at the time it had',
} as const satisfies Record<string, string>;

export type RealTimeClockFaultName = keyof typeof REAL_TIME_CLOCK_FAULTS;

/** Datasheet, figure 1: 00 to 12, then the pointer wraps. */
const REGISTERS = 0x13;
/** Power-on values, "Control register" and "Status register". */
const CONTROL_AT_POWER_ON = 0x1c;
const STATUS_AT_POWER_ON = 0x88;
const STATUS_32KHZ = 0x08;

const WRONG_MS = -27 * 3_600_000;
const JUMP_MS = 3_600_000;

export type RealTimeClockEmulator = I2cDevice & {
  inject(fault: RealTimeClockFaultName): void;
  clear(fault: RealTimeClockFaultName): void;
  /** What it would show now, ms since 1970 UTC, in whole seconds. */
  calendarMs(): number;
  /** Its oscillator flag: it says itself that it stopped. */
  isLost(): boolean;
};

/** Goes with the calendar of `clock` until it is set otherwise or a fault moves it. */
export const makeRealTimeClockEmulator = (clock: Clock): RealTimeClockEmulator => {
  const faults = new Set<RealTimeClockFaultName>();
  const registers = new Uint8Array(REGISTERS);
  registers[REGISTER.control] = CONTROL_AT_POWER_ON;
  registers[REGISTER.status] = STATUS_32KHZ;
  let pointer = 0;
  let offsetMs = 0;
  let stoppedAtMs: number | null = null;
  let reads = 0;

  const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
  const shownMs = (): number => {
    const goingMs = stoppedAtMs ?? clock.calendarMs() + offsetMs;
    const wrongMs = faults.has('wrong') ? WRONG_MS : 0;
    const jumpMs = faults.has('jumping') && reads % 2 === 1 ? JUMP_MS : 0;
    return Math.max(wholeSeconds(goingMs + wrongMs + jumpMs), FIRST_MS);
  };
  const setTo = (calendarMs: number): void => {
    offsetMs = calendarMs - clock.calendarMs();
    if (stoppedAtMs !== null) stoppedAtMs = calendarMs;
  };
  const timeRegisters = (): readonly number[] => {
    if (faults.has('garbled')) return [0x7a, 0x6f, 0x3f, 0x00, 0x3c, 0x1f, 0xff];
    return encodeTime(shownMs()) ?? [0, 0, 0, 1, 1, 1, 0];
  };
  /** Takes over the time when the last of its registers was written. */
  const store = (register: number, value: number): void => {
    if (faults.has('setIgnored')) return;
    if (register === REGISTER.status) {
      // OSF can only be cleared, and not while the oscillator stands.
      const flag = (registers[register] ?? 0) & value & STATUS_OSF;
      registers[register] = (value & STATUS_32KHZ) | flag;
      if (faults.has('stopped')) registers[register] |= STATUS_OSF;
      return;
    }
    registers[register] = value;
  };

  return {
    address: I2C.realTimeClock,
    present: () => !faults.has('silent'),
    write: (bytes) => {
      const [first, ...values] = bytes;
      if (first === undefined) return;
      pointer = first % REGISTERS;
      if (values.length === 0) return;
      const touchesTime = pointer < TIME_BYTES;
      if (touchesTime) registers.set(timeRegisters());
      for (const value of values) {
        store(pointer, value);
        pointer = (pointer + 1) % REGISTERS;
      }
      const written = decodeTime([...registers.subarray(0, TIME_BYTES)]);
      if (touchesTime && written !== null && !faults.has('setIgnored')) setTo(written);
    },
    read: (count) => {
      reads += 1;
      const now = timeRegisters();
      return Array.from({ length: count }, () => {
        const value = pointer < TIME_BYTES ? now[pointer] : registers[pointer];
        pointer = (pointer + 1) % REGISTERS;
        return value ?? 0;
      });
    },
    inject: (fault) => {
      faults.add(fault);
      if (fault === 'stopped') {
        stoppedAtMs = clock.calendarMs() + offsetMs;
        registers[REGISTER.status] = (registers[REGISTER.status] ?? 0) | STATUS_OSF;
      }
      if (fault === 'lost') {
        registers[REGISTER.status] = STATUS_AT_POWER_ON;
        registers[REGISTER.control] = CONTROL_AT_POWER_ON & ~CONTROL_EOSC;
        offsetMs = FIRST_MS - clock.calendarMs();
      }
    },
    clear: (fault) => {
      faults.delete(fault);
      if (fault === 'stopped' && stoppedAtMs !== null) {
        offsetMs = stoppedAtMs - clock.calendarMs();
        stoppedAtMs = null;
      }
    },
    calendarMs: shownMs,
    isLost: () => ((registers[REGISTER.status] ?? 0) & STATUS_OSF) !== 0,
  };
};
