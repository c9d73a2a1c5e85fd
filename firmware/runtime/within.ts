/** Work with a limit: who asks another process or a device is answered in time, whatever happens there. */
import type { Clock } from '#hal/clock.ts';

/** What `work` comes to, or `otherwise()` when it takes longer than `limitMs`; its result is then dropped. */
export const within = <T>(
  clock: Clock,
  limitMs: number,
  work: Promise<T>,
  otherwise: () => T,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(otherwise()));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
