/**
 * One operation at a time on a device that may hang. The system calls behind files know no limit: a
 * card that stops answering holds its read(2) for ever. So the caller is told after a limit, and as
 * long as the late call is still out nothing more is given to the device: what it does one day must
 * not come between later operations.
 */
import type { Clock } from '#hal/clock.ts';
import { forget } from '#hal/secret-bytes.ts';
import { afterSilence } from '../patience.ts';

/** The operation took longer than its limit, or was not begun because one before it still does. */
export const LATE = Symbol('late');

export type Turns = {
  /** Runs `work` after everything given before it. What it throws is thrown. */
  take<T>(work: () => Promise<T>): Promise<T | typeof LATE>;
  /** An operation is out beyond its limit. */
  stuck(): boolean;
};

/**
 * Work that needs a secret in memory of its own: forgotten when the work has ended, however late, and at
 * once where it was never begun.
 */
export const holding = async <T>(
  secret: Uint8Array,
  give: (work: <R>(use: () => Promise<R>) => () => Promise<R>) => Promise<T>,
): Promise<T> => {
  let begun = false;
  try {
    return await give((use) => async () => {
      begun = true;
      try {
        return await use();
      } finally {
        forget(secret);
      }
    });
  } finally {
    if (!begun) forget(secret);
  }
};

export const makeTurns = (clock: Clock, limitMs: number): Turns => {
  let queue: Promise<unknown> = Promise.resolve();
  let stuck = false;
  const limited = <T>(work: () => Promise<T>): Promise<T | typeof LATE> => {
    if (stuck) return Promise.resolve(LATE);
    return new Promise((resolve, reject) => {
      let late = false;
      const stop = afterSilence(clock, limitMs, () => {
        late = true;
        stuck = true;
        resolve(LATE);
      });
      const settle = (tell: () => void): void => {
        stop();
        if (late) stuck = false;
        else tell();
      };
      work().then(
        (value) => settle(() => resolve(value)),
        (thrown) => settle(() => reject(thrown)),
      );
    });
  };
  return {
    take: (work) => {
      const turn = queue.then(() => limited(work));
      queue = turn.catch(() => undefined);
      return turn;
    },
    stuck: () => stuck,
  };
};
