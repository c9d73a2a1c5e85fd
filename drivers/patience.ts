/**
 * The limit of a wait for a device, in a process that may stand still: it then hears of its timers
 * before it reads what has arrived meanwhile, and as long as it did not look is not the device's silence.
 */
import type { Clock } from '#hal/clock.ts';

/**
 * As `clock.after`, but a timer that comes late waits once more: for as long as it was late, `limitMs`
 * at most. So `task` runs within twice its limit of a process's waking, and only after it has listened.
 */
export const afterSilence = (clock: Clock, limitMs: number, task: () => void): (() => void) => {
  const waitMs = Math.max(0, limitMs);
  const dueMs = clock.nowMs() + waitMs;
  let cancel = clock.after(waitMs, () => {
    const unheardMs = Math.min(clock.nowMs() - dueMs, waitMs);
    if (unheardMs > 0) cancel = clock.after(unheardMs, task);
    else task();
  });
  return () => cancel();
};
