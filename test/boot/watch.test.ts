/** What a watched process is ended for: its own silence, never the standing still of who watches. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ALIVE_LIMIT_MS,
  START_LIMIT_MS,
  type Watched,
  watchProcess,
} from '#boot/supervisor/watch.ts';
import { encodeUnitFrame } from '#firmware/messages/frame.ts';
import type { Clock } from '#hal/clock.ts';

type Beat = { readonly kind: 'beat' };

/** Time that passes in one leap when who looks at it stands still: what became due then runs once, late. */
const makeLeapingClock = () => {
  let nowMs = 0;
  let tasks: readonly { readonly atMs: number; readonly task: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    calendarMs: () => nowMs,
    after: (delayMs, task) => {
      const due = { atMs: nowMs + delayMs, task };
      tasks = [...tasks, due];
      return () => {
        tasks = tasks.filter((each) => each !== due);
      };
    },
  };
  const leap = (ms: number): void => {
    nowMs += ms;
    const due = tasks.filter(({ atMs }) => atMs <= nowMs);
    tasks = tasks.filter(({ atMs }) => atMs > nowMs);
    for (const { task } of due) task();
  };
  return { clock, leap };
};

describe('a watched process', () => {
  let silences = 0;
  let beat: () => void;
  let leap: (ms: number) => void;
  let watched: Watched<Beat>;
  beforeEach(() => {
    silences = 0;
    let hear: (bytes: Uint8Array) => void = () => undefined;
    const made = makeLeapingClock();
    leap = made.leap;
    watched = watchProcess<Beat, Beat>({
      clock: made.clock,
      startProcess: () => ({
        link: {
          present: () => true,
          write: async () => ({ ok: true, value: undefined }),
          onBytes: (listener) => {
            hear = listener;
            return () => undefined;
          },
          onPresence: () => () => undefined,
          close: () => undefined,
        },
        onExit: () => undefined,
        kill: () => undefined,
      }),
      read: () => ({ kind: 'beat' }),
      onMessage: () => undefined,
      onGarbage: () => undefined,
      onSilent: () => {
        silences += 1;
      },
      onEnded: () => undefined,
      onStopLimit: () => undefined,
    });
    beat = () => hear(encodeUnitFrame({ kind: 'beat' }));
    watched.start();
  });
  /** Seconds in which it says something each second, or nothing. */
  const pass = (seconds: number, beats: boolean): void => {
    for (let second = 0; second < seconds; second++) {
      leap(1_000);
      if (beats) beat();
    }
  };

  test('is left alone as long as it says something', () => {
    pass(600, true);
    expect(silences).toBe(0);
    expect(watched.silent()).toBe(false);
  });

  test('is found silent, once, after its limit and a quarter at most', () => {
    pass(10, true);
    pass(ALIVE_LIMIT_MS / 1_000 - 1, false);
    expect(silences).toBe(0);
    pass(ALIVE_LIMIT_MS / 4_000 + 2, false);
    expect([silences, watched.silent()]).toEqual([1, true]);
    pass(60, false);
    expect(silences).toBe(1);
  });

  test('has longer for its first word', () => {
    pass(START_LIMIT_MS / 1_000 - 1, false);
    expect(silences).toBe(0);
    beat();
    pass(600, true);
    expect(silences).toBe(0);
  });

  test('is not ended because its watcher stood still', () => {
    pass(10, true);
    for (let again = 0; again < 5; again++) {
      // The look that was due comes first; what the process said meanwhile is heard after it.
      leap(10 * ALIVE_LIMIT_MS);
      beat();
      pass(3, true);
    }
    expect(silences).toBe(0);
    expect(watched.silent()).toBe(false);
  });
});
