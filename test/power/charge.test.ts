/** The estimate of charge, with gauges that lie, jump, freeze and disappear. */
import { describe, expect, test } from 'vitest';
import {
  type Charge,
  DEFAULT_CHARGE_SETTINGS,
  INITIAL_CHARGE,
  loadRate,
  minutesOf,
  PROBATION_MS,
  passTime,
  takeReading,
} from '#firmware/power/charge.ts';

const SETTINGS = DEFAULT_CHARGE_SETTINGS;
const MINUTE = 60_000;

const read = (charge: Charge, percent: number, onBattery = true, volts = 3.9): Charge =>
  takeReading(charge, { present: true, percent, volts, flow: 'idle' }, onBattery, SETTINGS);
const pass = (charge: Charge, ms: number, onBattery = true): Charge =>
  passTime(charge, ms, onBattery, SETTINGS);
/** The gauge reads `percentAt(minute)` every minute. */
const watch = (
  from: Charge,
  minutes: number,
  percentAt: (minute: number) => number,
  onBattery = true,
): Charge => {
  let charge = from;
  for (let minute = 1; minute <= minutes; minute++)
    charge = read(pass(charge, MINUTE, onBattery), percentAt(minute), onBattery);
  return charge;
};

const perMinute = loadRate(SETTINGS) / 60;
const started = read(INITIAL_CHARGE, 80);

describe('a gauge that is honest', () => {
  test('is followed, and says how long it lasts', () => {
    const later = watch(started, 60, (minute) => 80 - perMinute * minute);
    expect(later.doubt).toBeNull();
    expect(later.percent).toBeCloseTo(80 - loadRate(SETTINGS), 5);
    // 61.3 % at 18.7 % an hour.
    expect(minutesOf(later, SETTINGS)).toBe(197);
  });

  test('a load heavier than expected shortens the time that is left', () => {
    const heavy = watch(started, 30, (minute) => 80 - 2 * perMinute * minute);
    expect(heavy.doubt).toBeNull();
    const usual = (heavy.percent / loadRate(SETTINGS)) * 60;
    expect(minutesOf(heavy, SETTINGS)).toBeLessThan(usual * 0.55);
  });
});

test('a gauge that does not tell volts, or tells those of a pack, is not taken for a liar', () => {
  for (const volts of [0, 12.7, 27.2]) {
    const before = read(INITIAL_CHARGE, 80, true, volts);
    const after = read(pass(before, MINUTE), 80 - perMinute, true, volts);
    expect(after.doubt).toBeNull();
    expect(after.percent).toBeCloseTo(80 - perMinute, 5);
  }
  // The volts of one cell under load still rule a charge out.
  expect(read(INITIAL_CHARGE, 80, true, 3.2).doubt).toBe('lying');
});

describe('a gauge that is not', () => {
  test('freezes: noticed within a quarter of an hour, the estimate is on the safe side', () => {
    const frozen = watch(started, 15, () => 80);
    expect(frozen.doubt).toBe('frozen');
    const honest = 80 - perMinute * 15;
    expect(frozen.percent).toBeLessThan(honest);
    expect(frozen.percent).toBeGreaterThan(honest - 3);
  });

  test('jumps: down or up, at once', () => {
    expect(read(pass(started, 1_000), 50).doubt).toBe('jumped');
    expect(read(pass(started, 1_000), 99).doubt).toBe('jumped');
    expect(read(pass(started, 1_000), 50).percent).toBeGreaterThan(78);
  });

  test('says more than its voltage allows: the voltage wins', () => {
    const lying = read(pass(started, 1_000), 80, true, 3.25);
    expect(lying.doubt).toBe('lying');
    expect(lying.percent).toBeLessThanOrEqual(25);
  });

  test('rises on battery', () => {
    expect(watch(started, 10, (minute) => 80 + minute * 0.5).doubt).toBe('lying');
  });

  test('disappears: the estimate goes on falling; back with the same word it is believed', () => {
    const gone = pass(takeReading(started, MISSING, true, SETTINGS), 10 * MINUTE);
    expect(gone.doubt).toBe('missing');
    expect(gone.percent).toBeLessThan(80 - perMinute * 10);
    expect(read(gone, 77).doubt).toBeNull();
    expect(read(gone, 40).doubt).toBe('missing');
  });

  test('is believed again after a quarter of an hour without contradiction, not before', () => {
    const jumped = read(pass(started, 1_000), 60);
    const minutes = PROBATION_MS / MINUTE;
    const honest = (minute: number): number => 60 - perMinute * minute;
    expect(watch(jumped, minutes - 1, honest).doubt).toBe('jumped');
    const again = watch(jumped, minutes + 1, honest);
    expect(again.doubt).toBeNull();
    expect(again.percent).toBeLessThanOrEqual(60);
  });

  test('the estimate never leaves 0 to 100', () => {
    const lost = takeReading(started, MISSING, true, SETTINGS);
    expect(pass(lost, 100 * 60 * MINUTE).percent).toBe(0);
    expect(pass(lost, 100 * 60 * MINUTE, false).percent).toBe(100);
  });
});

const MISSING = { present: false, percent: 0, volts: 0, flow: 'idle' } as const;
