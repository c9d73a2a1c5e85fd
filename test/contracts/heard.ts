/** What a device told, in order; a suite waits for it with a limit and never for a fixed time. */
import type { Clock } from '#hal/clock.ts';

export type Heard<T> = {
  readonly all: readonly T[];
  /** Resolves once `count` were told; rejects after `limitMs`, with what was told by then. */
  reach(count: number, limitMs: number): Promise<readonly T[]>;
  /** Resolves once one told is as `wanted`, from now on or before. */
  until(wanted: (what: T) => boolean, limitMs: number): Promise<T>;
};

export const listenTo = <T>(
  clock: Clock,
  subscribe: (listener: (what: T) => void) => unknown,
): Heard<T> => {
  const all: T[] = [];
  const waiters = new Set<() => void>();
  subscribe((what) => {
    all.push(what);
    for (const waiter of [...waiters]) waiter();
  });
  const when = <R>(look: () => R | undefined, limitMs: number): Promise<R> =>
    new Promise((resolve, reject) => {
      const tryNow = (): void => {
        const found = look();
        if (found === undefined) return;
        waiters.delete(tryNow);
        stop();
        resolve(found);
      };
      const stop = clock.after(limitMs, () => {
        waiters.delete(tryNow);
        reject(new Error(`not within ${limitMs} ms; told so far: ${JSON.stringify(all)}`));
      });
      waiters.add(tryNow);
      tryNow();
    });
  return {
    all,
    reach: (count, limitMs) =>
      when(() => (all.length >= count ? all.slice(0, count) : undefined), limitMs),
    until: (wanted, limitMs) => when(() => all.find(wanted), limitMs),
  };
};
