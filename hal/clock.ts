/**
 * Time as the machine sees it. The only source of time and of waiting: a unit's clock is the
 * system's; a virtual one runs whole days in seconds, exactly and repeatably.
 */
export interface Clock {
  /** Milliseconds since some start; never goes back, whatever happens to the calendar. */
  nowMs(): number;
  /** Calendar time, milliseconds since 1970-01-01 UTC. May be wrong, may jump: never decide on it alone. */
  calendarMs(): number;
  /**
   * Calls `task` once, never before `delayMs` (0 or more) have passed and never within this call; tasks
   * that are due at once run in the order they were asked for. The returned function cancels it;
   * calling it late, or twice, does no harm.
   */
  after(delayMs: number, task: () => void): () => void;
}

/** A clock whose calendar is set from outside; monotonic time goes on untouched. */
export interface SettableClock extends Clock {
  setCalendar(calendarMs: number): void;
}

/** Resolves after `delayMs`. */
export const wait = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
