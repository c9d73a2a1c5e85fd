import { describe, expect, test } from 'vitest';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { makeLogWriter, RESYNCHRONISE_MS } from '#firmware/runtime/log-writer.ts';
import { wait } from '#hal/clock.ts';
import { makeLogBench } from '#test/vault/event-log-bench.ts';

const CLOSED: LogEvent = { id: 'queueConfirmedEmpty', fields: {} };

/** A writer over the media of a bench; `parks` holds the codes it parked with. */
const start = async (seed: number, maxBytes?: number) => {
  const bench = makeLogBench(seed, maxBytes);
  const log = await bench.opened();
  const parks: string[] = [];
  const writer = makeLogWriter({
    log,
    media: { fixed: bench.fixed.connect(), removable: bench.removable.connect() },
    clock: bench.clock,
    onPark: (code) => parks.push(code),
  });
  const pass = (ms: number): Promise<void> => bench.clock.run(wait(bench.clock, ms));
  return { bench, log, writer, parks, pass };
};

describe('the log of a unit', () => {
  test('a log whose budget is used up parks the unit, once', async () => {
    const { writer, parks, pass } = await start(1, 24_000);
    for (let entry = 0; entry < 400; entry++) {
      writer.record(CLOSED);
      await pass(61_000);
    }
    expect(parks).toEqual(['machine.logFull']);
  });

  test('an fsync that failed parks the unit', async () => {
    const { bench, writer, parks, pass } = await start(2);
    bench.fixed.behave({ kind: 'notSynced' });
    writer.record(CLOSED);
    await pass(1_000);
    expect(parks).toEqual(['vault.notSynced']);
  });

  test('a missing module parks nothing, and is back in step soon after it returns', async () => {
    const { bench, log, writer, parks, pass } = await start(3);
    bench.removable.pull();
    writer.record(CLOSED);
    await pass(1_000);
    expect(log.inStep()).toEqual(['fixed']);
    bench.removable.putBack();
    await pass(RESYNCHRONISE_MS);
    expect(log.inStep()).toEqual(['fixed', 'removable']);
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
    expect(parks).toEqual([]);
  });

  test('a medium that stays full is tried again and never parks the unit', async () => {
    const { bench, log, writer, parks, pass } = await start(4);
    bench.removable.behave({ kind: 'full' });
    writer.record(CLOSED);
    await pass(3 * RESYNCHRONISE_MS);
    expect([log.inStep(), parks]).toEqual([['fixed'], []]);
    bench.removable.behave(null);
    await pass(RESYNCHRONISE_MS);
    expect(log.inStep()).toEqual(['fixed', 'removable']);
  });

  test('after a stop nothing is tried any more', async () => {
    const { bench, log, writer, pass } = await start(5);
    bench.removable.pull();
    writer.record(CLOSED);
    await pass(1_000);
    writer.stop();
    bench.removable.putBack();
    await pass(4 * RESYNCHRONISE_MS);
    expect(log.inStep()).toEqual(['fixed']);
  });
});
