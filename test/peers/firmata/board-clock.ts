/**
 * A clock that is a simulated board's own time, for boards whose bytes travel through the real world (a
 * pseudo-terminal): it never runs faster than the wall's, and slower when the machine is busy. Limits
 * kept by it are limits of the program on the board and of the driver, not of the machine under test.
 */
import type { Clock } from '#hal/clock.ts';

const SLICE_MS = 1;

export type BoardClock = Clock & {
  /** Lets time pass, slice by slice, until `scene` has ended. */
  run<T>(scene: Promise<T>, advance: (ms: number) => void): Promise<T>;
};

type Task = { readonly dueMs: number; readonly run: () => void };

/** Lets what arrived at files, sockets and promises be dealt with. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

export const makeBoardClock = (calendarMs: number): BoardClock => {
  const tasks = new Set<Task>();
  let nowMs = 0;
  const runDue = (): void => {
    const due = [...tasks].filter(({ dueMs }) => dueMs <= nowMs);
    for (const task of due.toSorted((a, b) => a.dueMs - b.dueMs))
      if (tasks.delete(task)) task.run();
  };
  return {
    nowMs: () => nowMs,
    calendarMs: () => calendarMs + nowMs,
    after: (delayMs, run) => {
      const task: Task = { dueMs: nowMs + Math.max(0, delayMs), run };
      tasks.add(task);
      return () => {
        tasks.delete(task);
      };
    },
    run: async (scene, advance) => {
      let ended = false;
      const end = (): void => {
        ended = true;
      };
      scene.then(end, end);
      let aheadOfMs = performance.now() - nowMs;
      while (!ended) {
        nowMs += SLICE_MS;
        advance(SLICE_MS);
        runDue();
        await turn();
        const wallMs = performance.now() - nowMs;
        if (aheadOfMs > wallMs) await rest();
        // What a busy machine lost is never made up for: links and files need the wall's time.
        else aheadOfMs = wallMs;
      }
      return scene;
    },
  };
};
