/** The unit's own clock: the calendar is set from outside, and monotonic time does not notice. */
import { expect, test } from 'vitest';
import { makeSystemClock } from '#drivers/system/system-clock.ts';

/** Between two looks in one breath. */
const MOMENT_MS = 5_000;
const THEN_MS = Date.UTC(2020, 11, 6, 10);

test('setting the calendar moves it, by whole milliseconds, and nothing else', () => {
  const clock = makeSystemClock();
  const before = clock.nowMs();
  clock.setCalendar(THEN_MS);
  const shown = clock.calendarMs();
  expect(Number.isInteger(shown)).toBe(true);
  expect(shown - THEN_MS).toBeGreaterThanOrEqual(0);
  expect(shown - THEN_MS).toBeLessThan(MOMENT_MS);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(before);
  expect(clock.nowMs() - before).toBeLessThan(MOMENT_MS);
});

test('one clock’s calendar is not another’s', () => {
  const [one, other] = [makeSystemClock(), makeSystemClock()];
  one.setCalendar(THEN_MS);
  expect(Math.abs(other.calendarMs() - Date.now())).toBeLessThan(MOMENT_MS);
});
