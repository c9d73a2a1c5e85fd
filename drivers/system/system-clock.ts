/**
 * The unit's own clock: monotonic time from the system, and a calendar that is set from outside (from the
 * board's real-time clock) and then runs on monotonic time alone. So whoever sets the time of the
 * operating system meanwhile, a network or a person, moves nothing here.
 */
import type { SettableClock } from '#hal/clock.ts';

/** Before it is set, the calendar is what the operating system said when the clock was made. */
export const makeSystemClock = (): SettableClock => {
  let offsetMs = Date.now() - performance.now();
  return {
    nowMs: () => performance.now(),
    calendarMs: () => Math.round(offsetMs + performance.now()),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    setCalendar: (calendarMs) => {
      offsetMs = calendarMs - performance.now();
    },
  };
};

/** The clock of programs that need none of their own. */
export const systemClock: SettableClock = makeSystemClock();
