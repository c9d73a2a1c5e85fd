import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { makePrinterRig } from './rig.ts';

const LINES = Array.from({ length: 27 }, (_, index) => `Línea ${index + 1}`);
const RECORD: PaperDocument = {
  name: 'record',
  elements: LINES.map((text) => ({ kind: 'text' as const, text })),
};
const WHOLE = `${LINES.join('\n')}\n`;

/** Long enough for any of its own waits to end and the printer to start again. */
const MENDED_MS = 2_000;

const anyStrike = fc.record({
  fault: fc.constantFrom(...PRINTER_FAULTS),
  atMs: fc.nat(900),
  forMs: fc.oneof(fc.nat(50), fc.nat(3_000)),
});

describe('whatever strikes, and when', () => {
  test('ok means the whole paper; nothing means no dot; and after mending it prints again', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(anyStrike, { minLength: 1, maxLength: 3 }), async (strikes) => {
        const { clock, emulator, printer, run } = makePrinterRig();
        await run(printer.start());
        for (const { fault, atMs, forMs } of strikes) {
          clock.after(atMs, () => emulator.setFault(fault, true));
          clock.after(atMs + forMs, () => emulator.setFault(fault, false));
        }
        const printed = await run(printer.print(RECORD));
        expect(printed.ms).toBeLessThan(30_000);
        const hanging = emulator.hanging();
        if (printed.value.ok) {
          seen.add('ok');
          expect(renderText(hanging!)).toBe(WHOLE);
        } else {
          seen.add(printed.value.error.progress);
          const { progress } = printed.value.error;
          if (progress === 'nothing') expect(hanging).toBeNull();
          if (progress === 'partly') expect(hanging).not.toBeNull();
          if (progress === 'all') expect(renderText(hanging!)).toBe(WHOLE);
        }

        await run(wait(clock, 4_000 + MENDED_MS));
        for (const fault of emulator.faults()) emulator.setFault(fault, false);
        await run(wait(clock, MENDED_MS));
        const recovered = await run(printer.recover());
        expect(recovered.value).toMatchObject({ ok: true, value: { online: true, fault: null } });
        emulator.tearOff();
        emulator.takePapers();
        expect((await run(printer.print(RECORD))).value.ok).toBe(true);
        expect((await run(printer.cut())).value.ok).toBe(true);
        expect(emulator.takePapers().map(renderText)).toEqual([WHOLE]);
      }),
      { seed: 2020, numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(['nothing', 'ok', 'partly', 'unknown']);
  });
});
