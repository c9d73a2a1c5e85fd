/** The in-memory HID link: one report a poll, in order, and nothing after an unplug. */
import { describe, expect, test } from 'vitest';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

const makeBench = () => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, Uint8Array.of(1, 2, 3));
  const arrived: (readonly [number, number | undefined])[] = [];
  link.host.onReport((report) => arrived.push([clock.nowMs(), report[0]]));
  const presence: boolean[] = [];
  link.host.onPresence((present) => presence.push(present));
  return { clock, link, arrived, presence };
};

describe('a HID link in memory', () => {
  test('carries one report each 8 ms, in order', async () => {
    const { clock, link, arrived } = makeBench();
    const day = async () => {
      await wait(clock, 3);
      for (const value of [1, 2, 3]) link.device.report(Uint8Array.of(value));
      await wait(clock, 50);
      link.device.report(Uint8Array.of(4));
      await wait(clock, 50);
    };
    await clock.run(day());
    expect(arrived).toEqual([
      [8, 1],
      [16, 2],
      [24, 3],
      [56, 4],
    ]);
  });

  test('a report is taken as it was when it was sent', async () => {
    const { clock, link, arrived } = makeBench();
    const bytes = Uint8Array.of(1);
    link.device.report(bytes);
    bytes[0] = 9;
    await clock.run(wait(clock, 20));
    expect(arrived.map(([, value]) => value)).toEqual([1]);
  });

  test('an unplug loses what was queued, is told to both ends, and refuses what follows', async () => {
    const { clock, link, arrived, presence } = makeBench();
    const deviceSaw: boolean[] = [];
    link.device.onPresence((present) => deviceSaw.push(present));
    link.device.report(Uint8Array.of(1));
    link.device.report(Uint8Array.of(2));
    const day = async () => {
      await wait(clock, 1);
      link.unplug();
      link.unplug();
      const refused = link.device.report(Uint8Array.of(3));
      const sent = await link.host.send(Uint8Array.of(0, 1));
      await wait(clock, 100);
      link.plug();
      link.device.report(Uint8Array.of(4));
      await wait(clock, 100);
      return [refused.ok, sent.ok];
    };
    expect(await clock.run(day())).toEqual([false, false]);
    expect(arrived.map(([, value]) => value)).toEqual([1, 4]);
    expect(presence).toEqual([false, true]);
    expect(deviceSaw).toEqual([false, true]);
  });

  test('output reports reach the device', async () => {
    const { clock, link } = makeBench();
    const got: number[][] = [];
    link.device.onOutput((report) => got.push([...report]));
    expect((await clock.run(link.host.send(Uint8Array.of(5, 6)))).ok).toBe(true);
    expect(got).toEqual([[5, 6]]);
  });

  test('a device that nobody polls does not queue without end', () => {
    const { link } = makeBench();
    const taken = Array.from({ length: 100 }, () => link.device.report(Uint8Array.of(1)).ok);
    expect(taken.filter(Boolean)).toHaveLength(64);
  });

  test('closed by the host, nothing arrives any more', async () => {
    const { clock, link, arrived } = makeBench();
    link.host.close();
    link.device.report(Uint8Array.of(1));
    await clock.run(wait(clock, 100));
    expect(arrived).toEqual([]);
    expect(link.host.present()).toBe(false);
  });
});
