/** The timers of a machine: one of each name at a time, started anew by a second start. */
import type { Clock } from '#hal/clock.ts';

export type Timers<Name extends string> = {
  readonly start: (timer: Name, delayMs: number) => void;
  readonly stop: (timer: Name) => void;
  readonly stopAll: () => void;
};

export const makeTimers = <Name extends string>(
  clock: Clock,
  onExpired: (timer: Name) => void,
): Timers<Name> => {
  const running = new Map<Name, () => void>();
  const stop = (timer: Name): void => {
    running.get(timer)?.();
    running.delete(timer);
  };
  return {
    stop,
    stopAll: () => {
      for (const timer of [...running.keys()]) stop(timer);
    },
    start: (timer, delayMs) => {
      stop(timer);
      const cancel = clock.after(delayMs, () => {
        running.delete(timer);
        onExpired(timer);
      });
      running.set(timer, cancel);
    },
  };
};
