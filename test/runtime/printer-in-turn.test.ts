/** Everybody who prints in the booth gets a turn at a printer that does one thing at a time. */
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { printerInTurn } from '#firmware/runtime/printer-in-turn.ts';

const makeRig = () => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(115_200));
  makePrinterEmulator(wire.device, clock, {});
  return { clock, printer: makeReceiptPrinter(wire.host, clock) };
};

describe('a printer that is asked by several', () => {
  test('is started, looked at and cuts, one after the other, where it alone would be busy', async () => {
    const { clock, printer } = makeRig();
    await clock.run(
      (async () => {
        const [, alone] = await Promise.all([printer.start(), printer.start()]);
        expect(alone.ok || alone.error.kind).toBe('busy');
        const shared = printerInTurn(printer);
        const all = await Promise.all([
          shared.start(),
          shared.start(),
          shared.cut(),
          shared.recover(),
          shared.status(),
        ]);
        expect(all.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
      })(),
    );
  });

  test('serves the next one when a document that can not be printed was a bug', async () => {
    const { clock, printer } = makeRig();
    const shared = printerInTurn(printer);
    const wrong = { lines: null } as unknown as Parameters<typeof printer.print>[0];
    await clock.run(
      (async () => {
        const [printed, started] = await Promise.allSettled([shared.print(wrong), shared.start()]);
        expect(printed.status).toBe('rejected');
        expect(started).toMatchObject({ status: 'fulfilled', value: { ok: true } });
      })(),
    );
  });
});
