/** The unit's own clock. */
import type { Clock } from '#hal/clock.ts';

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  calendarMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
