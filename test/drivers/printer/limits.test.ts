/** Nothing waits without a limit, and no answer is taken for that of another question. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeCheckpoints } from '#drivers/printer/checkpoints.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import type { StatusEvent } from '#drivers/printer/status.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';

const NEVER = new Promise<never>(() => undefined);
const DOCUMENT = {
  name: 'long',
  elements: Array.from({ length: 100 }, () => ({ kind: 'text' as const, text: 'x'.repeat(40) })),
};

/** A printer on a wire that takes bytes until `held`, then none until it is let go. */
const makeBench = () => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(115_200));
  const emulator = makePrinterEmulator(wire.device, clock);
  let held = false;
  const link: ByteLink = {
    ...wire.host,
    write: (bytes) => (held ? NEVER : wire.host.write(bytes)),
  };
  const printer = makeReceiptPrinter(link, clock);
  const timed = async <T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> => {
    const fromMs = clock.nowMs();
    const value = await clock.run(work());
    return { value, ms: clock.nowMs() - fromMs };
  };
  const hold = (on: boolean): void => {
    held = on;
  };
  return { clock, emulator, printer, timed, hold };
};

describe('a wire that takes no bytes', () => {
  test('before an operation: timeout within 2 s, whichever it is', async () => {
    const { printer, timed, hold, emulator } = makeBench();
    expect((await timed(printer.start)).value.ok).toBe(true);
    hold(true);
    const works: readonly (() => Promise<{ readonly ok: boolean }>)[] = [
      printer.start,
      printer.status,
      printer.cut,
      printer.recover,
    ];
    for (const work of works) {
      const { value, ms } = await timed(work);
      expect(value).toMatchObject({ ok: false, error: { kind: 'timeout' } });
      expect(ms).toBeLessThan(2_000);
    }
    const printed = await timed(() => printer.print(DOCUMENT));
    expect(printed.value).toMatchObject({ error: { progress: 'nothing' } });
    expect(printed.ms).toBeLessThan(2_000);
    hold(false);
    expect((await timed(() => printer.print(DOCUMENT))).value.ok).toBe(true);
    expect(emulator.hanging()).not.toBeNull();
  });

  test('in the middle of a print: timeout, what is known is said, and it prints again later', async () => {
    const { clock, printer, timed, hold } = makeBench();
    await timed(printer.start);
    clock.after(150, () => hold(true));
    const printed = await timed(() => printer.print(DOCUMENT));
    expect(printed.value).toMatchObject({
      ok: false,
      error: { progress: 'partly', fault: { kind: 'timeout' } },
    });
    expect(printed.ms).toBeLessThan(10_000);
    hold(false);
    expect((await timed(printer.recover)).value.ok).toBe(true);
    expect((await timed(() => printer.print(DOCUMENT))).value.ok).toBe(true);
  });
});

describe('checkpoints', () => {
  const idsOf = (operation: number, count: number): readonly string[] => {
    const checkpoints = makeCheckpoints('processId', operation);
    return Array.from({ length: count }, () =>
      Buffer.from(checkpoints.next().slice(-4)).toString('latin1'),
    );
  };
  const answer = (id: string): StatusEvent => ({ kind: 'processed', id });

  test('answered in their order, each once, and by nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ operation: fc.constantFrom(1, 2), index: fc.nat(5) }), {
          maxLength: 40,
        }),
        (heard) => {
          const checkpoints = makeCheckpoints('processId', 2);
          for (let at = 0; at < 5; at++) checkpoints.next();
          let expected = 0;
          for (const { operation, index } of heard) {
            const id = idsOf(operation, index + 1).at(-1) ?? '';
            const counts = operation === 2 && index === expected && index < 5;
            expect(checkpoints.hear(answer(id))).toBe(counts);
            if (counts) expected++;
            expect(
              checkpoints.hear({ kind: 'sensorReply', paperNearEnd: false, paperEnd: false }),
            ).toBe(false);
            expect(checkpoints.passed()).toBe(expected);
          }
        },
      ),
      { seed: 8, numRuns: 300 },
    );
  });

  test('no two of the next thousand operations share an ID', () => {
    const seen = new Set<string>();
    for (let operation = 0; operation < 1_000; operation++) {
      for (const id of idsOf(operation, 50)) {
        expect(/^[ -~]{4}$/.test(id) && !seen.has(id)).toBe(true);
        seen.add(id);
      }
    }
  });
});
