/** How long a call took, by a contract's clock: what stood still in the meantime is not the device's, nor the driver's. */
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Clock } from '#hal/clock.ts';

const TICK_MS = 5;
/** A timer that comes later than this was held up. */
const LATE_MS = 20;

/** Watches this process; the answer is how long it stood still since, in all. */
const watchStandstill = (): (() => number) => {
  let stoodMs = 0;
  let tickedMs = performance.now();
  const look = (): void => {
    const nowMs = performance.now();
    const lateMs = nowMs - tickedMs - TICK_MS;
    tickedMs = nowMs;
    if (lateMs > LATE_MS) stoodMs += lateMs;
  };
  const timer = setInterval(look, TICK_MS);
  return () => {
    clearInterval(timer);
    look();
    return stoodMs;
  };
};

/**
 * `tookMs`: all of it. `awakeMs`: on the system's clock without the time in which this process did not run on a
 * busy computer, and without as much again, for which a driver may listen once more (drivers/patience.ts).
 */
export const timed = async <T>(
  clock: Clock,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly tookMs: number; readonly awakeMs: number }> => {
  const stoodMs = clock === systemClock ? watchStandstill() : () => 0;
  const fromMs = clock.nowMs();
  const value = await work();
  const tookMs = clock.nowMs() - fromMs;
  return { value, tookMs, awakeMs: tookMs - 2 * stoodMs() };
};
