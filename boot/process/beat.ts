/**
 * The sign of life of a process. It is sent from the event loop and only while the machine gets on: a
 * loop that is blocked sends none, and neither does a machine caught in a step, or one whose oldest work
 * stands still while no event is taken. The supervisor ends a process that is silent (watch.ts).
 */
import type { Health } from '#firmware/runtime/runner.ts';
import type { Clock } from '#hal/clock.ts';

/** Between two signs. */
export const BEAT_MS = 1_000;
/** Longer than any work under way may take: each has a limit of its own below this. */
export const STUCK_MS = 120_000;

/** `health`: of the machine; null while there is none yet, or when it stands still for good. */
export const startBeat = (
  clock: Clock,
  health: () => Health | null,
  beat: () => void,
): (() => void) => {
  let stopped = false;
  let cancel = (): void => undefined;
  let known: Health | null = null;
  let sinceMs = clock.nowMs();

  const getsOn = (): boolean => {
    const now = health();
    const before = known;
    known = now;
    const still =
      now !== null &&
      before !== null &&
      now.steps === before.steps &&
      (now.stepping || now.oldestWork !== null) &&
      now.oldestWork === before.oldestWork;
    if (!still) sinceMs = clock.nowMs();
    return clock.nowMs() - sinceMs < STUCK_MS;
  };
  const turn = (): void => {
    if (stopped) return;
    if (getsOn()) beat();
    cancel = clock.after(BEAT_MS, turn);
  };
  turn();
  return () => {
    stopped = true;
    cancel();
  };
};
