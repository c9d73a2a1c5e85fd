/** The in-memory wire: the pace of a serial line, order, and what an unplug loses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { type Clock, wait } from '#hal/clock.ts';

const makeBench = (baud = 9_600) => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(baud));
  const arrived: number[] = [];
  link.device.onBytes((chunk) => arrived.push(...chunk));
  return { clock, link, arrived };
};

describe('a wire in memory', () => {
  test('takes as long as the line would: ten bits a byte', async () => {
    const { clock, link, arrived } = makeBench(57_600);
    const template = new Uint8Array(1_536).fill(7);
    expect((await clock.run(link.host.write(template))).ok).toBe(true);
    expect(clock.nowMs()).toBeCloseTo((1_536 * 10 * 1000) / 57_600, 6);
    expect(arrived).toHaveLength(1_536);
    expect(link.carried()).toEqual({ toDevice: 1_536, toHost: 0 });
  });

  test('carries both directions at once, each at its own pace', async () => {
    const { clock, link } = makeBench();
    const both = Promise.all([
      link.host.write(new Uint8Array(96)),
      link.device.write(new Uint8Array(96)),
    ]);
    await clock.run(both);
    expect(clock.nowMs()).toBeCloseTo(100, 6);
  });

  test('keeps order and content, however writes are cut and overlap', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, async (sent) => {
        const { clock, link, arrived } = makeBench();
        const copies = sent.map((piece) => [...piece]);
        const writes = sent.map((piece) => {
          const written = link.host.write(piece);
          piece.fill(0);
          return written;
        });
        await clock.run(Promise.all(writes));
        expect(arrived).toEqual(copies.flat());
      }),
      { seed: 20201206, numRuns: 50 },
    );
  });

  test('an unplug loses what is on the wire, tells both ends, and refuses writes', async () => {
    const { clock, link, arrived } = makeBench();
    const told: string[] = [];
    link.host.onPresence((present) => told.push(`host ${present}`));
    link.device.onPresence((present) => told.push(`device ${present}`));
    const day = async () => {
      const torn = link.host.write(new Uint8Array(96));
      await wait(clock, 50);
      link.unplug();
      const refused = await link.host.write(new Uint8Array(1));
      link.plug();
      return [(await torn).ok, refused.ok, link.host.present()];
    };
    expect(await clock.run(day())).toEqual([false, false, true]);
    expect(arrived).toEqual([]);
    expect(told).toEqual(['host false', 'device false', 'host true', 'device true']);
  });

  test('after a replug the wire is free at once: lost bytes hold nobody up', async () => {
    const { clock, link, arrived } = makeBench();
    const day = async () => {
      void link.host.write(new Uint8Array(9_600));
      await wait(clock, 10);
      link.unplug();
      link.plug();
      await link.host.write(Uint8Array.of(1));
    };
    await clock.run(day());
    expect(clock.nowMs()).toBeLessThan(20);
    expect(arrived).toEqual([1]);
  });

  test('a closed end neither sends nor hears', async () => {
    const { clock, link, arrived } = makeBench();
    link.device.close();
    expect((await clock.run(link.device.write(Uint8Array.of(1)))).ok).toBe(false);
    await clock.run(link.host.write(Uint8Array.of(2)));
    expect(arrived).toEqual([]);
  });
});

test('asks the clock for no time that is past, though time goes on while it reckons', async () => {
  let nowMs = 0;
  const delays: number[] = [];
  const clock: Clock = {
    nowMs: () => {
      nowMs += 0.01;
      return nowMs;
    },
    calendarMs: () => nowMs,
    after: (delayMs, task) => {
      delays.push(delayMs);
      queueMicrotask(task);
      return () => undefined;
    },
  };
  const { host } = makeMemoryLink(clock, serialPace(115_200));
  for (let turn = 0; turn < 5; turn++) expect((await host.write(new Uint8Array(0))).ok).toBe(true);
  expect(delays).toHaveLength(5);
  for (const delayMs of delays) expect(delayMs).toBeGreaterThanOrEqual(0);
});
