/** The time of a call on a computer that is busy with something else. */
import { expect, test } from 'vitest';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import { timed } from '../contracts/timed.ts';

const standStill = (ms: number): void => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

test('is without the time in which the process stood still', async () => {
  const { tookMs, awakeMs } = await timed(systemClock, async () => {
    await wait(systemClock, 50);
    standStill(400);
    await wait(systemClock, 50);
  });
  // Twice the standstill, less the tick before it; a busy computer may add standstill of its own.
  expect(tookMs - awakeMs).toBeGreaterThan(2 * (400 - 10));
});

test('is all of it in virtual time', async () => {
  const clock = makeVirtualClock(0);
  const { tookMs, awakeMs } = await clock.run(
    timed(clock, async () => {
      await wait(clock, 300);
      standStill(50);
    }),
  );
  expect([tookMs, awakeMs]).toEqual([300, 300]);
});
