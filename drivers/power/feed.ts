/**
 * The newest value of something that a device reports by itself: who asks gets it, waits shortly
 * for the first one, and learns of the ones that matter.
 */
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import { afterSilence } from '../patience.ts';

export type Feed<T> = {
  /** A new value; listeners hear of it when `differs` from the last one they heard of. */
  put(value: T): void;
  /** Forgets the value: the device is lost, what it said is no longer known. */
  clear(): void;
  /** The newest value; waits up to `limitMs` when there is none that is new enough. Null: none came. */
  newest(limitMs: number): Promise<T | null>;
  /** There is a value that is new enough. */
  isFresh(): boolean;
  onChange(listener: (value: T) => void): () => void;
};

/** `maxAgeMs`: a value older than that is no longer known; for values that are reported regularly. */
export const makeFeed = <T>(
  clock: Clock,
  differs: (before: T, after: T) => boolean,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Feed<T> => {
  const listeners = new Set<(value: T) => void>();
  const waiting = new Set<(value: T) => void>();
  let newest: { readonly value: T; readonly atMs: number } | null = null;
  let told: T | null = null;
  const fresh = (): T | null =>
    newest !== null && clock.nowMs() - newest.atMs <= maxAgeMs ? newest.value : null;
  return {
    put: (next) => {
      newest = { value: next, atMs: clock.nowMs() };
      for (const resolve of [...waiting]) resolve(next);
      if (told !== null && !differs(told, next)) return;
      told = next;
      for (const listener of [...listeners]) listener(next);
    },
    clear: () => {
      newest = null;
    },
    newest: (limitMs) => {
      const now = fresh();
      if (now !== null) return Promise.resolve(now);
      return new Promise((resolve) => {
        const finish = (result: T | null): void => {
          cancel();
          waiting.delete(finish);
          resolve(result);
        };
        const cancel = afterSilence(clock, limitMs, () => finish(null));
        waiting.add(finish);
      });
    },
    isFresh: () => fresh() !== null,
    onChange: (listener) => listen(listeners, listener),
  };
};
