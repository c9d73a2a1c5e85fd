/** When the console's process is started: it is in nobody's way, and there when somebody looks for a fault. */
import { expect, test } from 'vitest';
import { LATEST_START_MS, makeConsoleSide } from '#boot/supervisor/console-side.ts';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

const makeSide = () => {
  const clock = makeVirtualClock(Date.UTC(2026, 11, 6, 10));
  let starts = 0;
  const side = makeConsoleSide({
    clock,
    startProcess: () => {
      starts += 1;
      const { host } = makeMemoryLink(clock, { baud: 100_000_000, bitsPerByte: 8 });
      return { link: host, onExit: () => undefined, kill: () => undefined };
    },
    facts: {
      ...{ board: () => null, power: () => null, calendarTrusted: () => true },
      ...{ machineCode: () => null, release: () => null, manifest: () => null },
      ...{ electionPackage: () => null, lastCrash: () => null, log: () => null },
      ...{ partsListed: () => false, nodeVersion: '24' },
    },
    requests: {
      answer: () => Promise.resolve({ outcome: 'done' }),
      ...{ boothTested: () => undefined, deskTested: () => undefined, closed: () => undefined },
    },
    record: () => undefined,
  });
  side.start();
  return { clock, side, starts: () => starts };
};
const RUNNING = { state: 'running', code: null } as const;

test('the console starts once desk and booth are through with their starts', () => {
  const { side, starts } = makeSide();
  side.process('desk', { state: 'started', code: null });
  side.process('booth', { state: 'started', code: null });
  side.process('desk', RUNNING);
  expect(starts()).toBe(0);
  side.process('booth', RUNNING);
  expect(starts()).toBe(1);
  side.process('booth', { state: 'started', code: null });
  side.process('booth', RUNNING);
  side.parked('machine.bug');
  expect(starts()).toBe(1);
});

test('the console starts when the unit stands still, or one of the two does', () => {
  const failed = makeSide();
  failed.side.parked('machine.notDelivered');
  expect(failed.starts()).toBe(1);
  const parked = makeSide();
  parked.side.process('desk', RUNNING);
  parked.side.process('booth', { state: 'parked', code: 'vault.full' });
  expect(parked.starts()).toBe(1);
});

test('the console starts where a start takes long', async () => {
  const { clock, side, starts } = makeSide();
  side.process('booth', { state: 'started', code: null });
  await clock.run(wait(clock, LATEST_START_MS - 1));
  expect(starts()).toBe(0);
  await clock.run(wait(clock, 2));
  expect(starts()).toBe(1);
});

test('the console does not start any more while the unit ends', async () => {
  const { clock, side, starts } = makeSide();
  for (const name of ['desk', 'booth'] as const)
    side.process(name, { state: 'stopped', code: null });
  void side.stop();
  await clock.run(wait(clock, LATEST_START_MS + 1));
  expect(starts()).toBe(0);
});
