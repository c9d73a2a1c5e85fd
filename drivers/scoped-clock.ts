/**
 * A clock whose waits end together: drivers that look for their device again and again get one, so
 * that nothing of them keeps a process alive once its board is closed.
 */
import type { Clock } from '#hal/clock.ts';

export type ScopedClock = { readonly clock: Clock; cancelAll(): void };

export const makeScopedClock = (clock: Clock): ScopedClock => {
  const waiting = new Set<() => void>();
  let over = false;
  return {
    clock: {
      nowMs: clock.nowMs,
      calendarMs: clock.calendarMs,
      after: (delayMs, task) => {
        if (over) return () => undefined;
        const stop = clock.after(delayMs, () => {
          waiting.delete(cancel);
          task();
        });
        const cancel = (): void => {
          waiting.delete(cancel);
          stop();
        };
        waiting.add(cancel);
        return cancel;
      },
    },
    cancelAll: () => {
      over = true;
      for (const cancel of [...waiting]) cancel();
    },
  };
};
