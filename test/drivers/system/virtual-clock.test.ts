import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

describe('the virtual clock', () => {
  test('runs tasks by time, ties in order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 60 }),
        async (delays) => {
          const clock = makeVirtualClock(0);
          const ran: { delay: number; index: number; at: number }[] = [];
          const all = Promise.all(
            delays.map(
              (delay, index) =>
                new Promise<void>((resolve) => {
                  clock.after(delay, () => {
                    ran.push({ delay, index, at: clock.nowMs() });
                    resolve();
                  });
                }),
            ),
          );
          await clock.run(all);
          const expected = delays
            .map((delay, index) => ({ delay, index, at: delay }))
            .sort((a, b) => a.delay - b.delay || a.index - b.index);
          expect(ran).toEqual(expected);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test('promises between two tasks are done before time moves on', async () => {
    const clock = makeVirtualClock(1_000);
    const story = async (): Promise<readonly number[]> => {
      const times: number[] = [];
      for (let step = 0; step < 3; step++) {
        await wait(clock, 100);
        await Promise.resolve();
        times.push(clock.calendarMs());
      }
      return times;
    };
    expect(await clock.run(story())).toEqual([1_100, 1_200, 1_300]);
  });

  test('a cancelled task does not run', async () => {
    const clock = makeVirtualClock(0);
    let ran = false;
    clock.after(5, () => {
      ran = true;
    })();
    await clock.run(wait(clock, 10));
    expect(ran).toBe(false);
  });

  test('setting the calendar leaves monotonic time alone', async () => {
    const clock = makeVirtualClock(0);
    await clock.run(wait(clock, 10));
    clock.setCalendar(-5);
    expect([clock.nowMs(), clock.calendarMs()]).toEqual([10, -5]);
  });

  test('an end that nothing leads to is an error, not a hang', async () => {
    const clock = makeVirtualClock(0);
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('nothing left to do');
  });

  test('a loop without end is an error, not a hang', async () => {
    const clock = makeVirtualClock(0);
    const again = (): void => {
      clock.after(1, again);
    };
    again();
    await expect(clock.run(new Promise(() => {}), 1_000)).rejects.toThrow('more than 1000 tasks');
  });
});

test('where it waits for files they are read in no virtual time, however long it really takes', async () => {
  const clock = makeVirtualClock(0, { waitsForFiles: true });
  const beats: number[] = [];
  const beat = (): void => {
    beats.push(clock.nowMs());
    if (beats.length < 100_000) clock.after(1, beat);
  };
  clock.after(1, beat);
  // A hundred files in a row: many turns of the event loop, one after the other.
  const work = async (): Promise<number> => {
    await wait(clock, 5);
    for (let file = 0; file < 100; file++) await readFile(new URL(import.meta.url));
    return clock.nowMs();
  };
  expect(await clock.run(work())).toBe(5);
});
