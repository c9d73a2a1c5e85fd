/** The contract of hal/clock.ts for every clock. */
import { describe, expect, test } from 'vitest';
import { type Clock, wait } from '#hal/clock.ts';

export type ClockRig = {
  readonly clock: Clock;
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
};

export const describeClock = (title: string, make: () => ClockRig): void => {
  describe(`${title}: a clock`, () => {
    test('never goes back', async () => {
      const { clock, end } = make();
      let last = clock.nowMs();
      for (let step = 0; step < 20; step++) {
        await end(wait(clock, step % 3));
        const now = clock.nowMs();
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    });

    test('calls a task once, not before its time, and not within the call', async () => {
      const { clock, end } = make();
      const began = clock.nowMs();
      const calls: number[] = [];
      clock.after(20, () => calls.push(clock.nowMs()));
      clock.after(0, () => calls.push(-1));
      expect(calls).toEqual([]);
      await end(wait(clock, 60));
      expect(calls).toHaveLength(2);
      expect(calls[0]).toBe(-1);
      // Timers of the system count whole milliseconds.
      expect(calls[1]! - began).toBeGreaterThanOrEqual(19);
    });

    test('runs what is due at once in the order it was asked for', async () => {
      const { clock, end } = make();
      const order: number[] = [];
      for (const index of [0, 1, 2, 3, 4]) clock.after(5, () => order.push(index));
      await end(wait(clock, 30));
      expect(order).toEqual([0, 1, 2, 3, 4]);
    });

    test('does not call what was cancelled; cancelling late or twice does no harm', async () => {
      const { clock, end } = make();
      const calls: string[] = [];
      const cancel = clock.after(5, () => calls.push('cancelled'));
      const late = clock.after(5, () => calls.push('kept'));
      cancel();
      cancel();
      await end(wait(clock, 30));
      late();
      expect(calls).toEqual(['kept']);
    });

    test('has a calendar, in milliseconds of UTC', () => {
      const { clock } = make();
      expect(Number.isFinite(clock.calendarMs())).toBe(true);
    });
  });
};
