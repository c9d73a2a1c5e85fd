/**
 * How often each event may be written: a device that flaps all day must not fill the log. Repeats
 * beyond the limit are counted, and the count is written: nothing is dropped in silence.
 */
import type { EventId, LogEvent } from '#firmware/events/catalogue.ts';
import { MAX_COUNT } from '#firmware/events/fields.ts';

export const WINDOW_MS = 60_000;
/** Entries of one kind in one window. A voter takes 38 s, so no event of voters comes near. */
export const LIMIT_IN_WINDOW = 30;

type Window = { readonly startMs: number; written: number; suppressed: number };

export type RateLimits = {
  /** What to write for this event at `nowMs`: the event, a note that repeats are only counted from here on, or nothing. */
  admit(event: LogEvent, nowMs: number): readonly LogEvent[];
  /** The counts of windows that are over (all windows: `everything`), as entries to be written. */
  summaries(nowMs: number, everything: boolean): readonly LogEvent[];
};

const summary = (event: EventId, count: number): LogEvent => ({
  id: 'repeatsSuppressed',
  fields: { event, count: Math.min(count, MAX_COUNT) },
});

export const makeRateLimits = (): RateLimits => {
  const windows = new Map<EventId, Window>();
  return {
    admit: (event, nowMs) => {
      const window = windows.get(event.id) ?? { startMs: nowMs, written: 0, suppressed: 0 };
      windows.set(event.id, window);
      if (window.written < LIMIT_IN_WINDOW) {
        window.written++;
        return [event];
      }
      window.suppressed++;
      return window.suppressed === 1 ? [summary(event.id, 1)] : [];
    },
    summaries: (nowMs, everything) => {
      const found: LogEvent[] = [];
      for (const [id, window] of [...windows]) {
        if (!everything && nowMs - window.startMs < WINDOW_MS) continue;
        windows.delete(id);
        if (window.suppressed > 1) found.push(summary(id, window.suppressed));
      }
      return found;
    },
  };
};
