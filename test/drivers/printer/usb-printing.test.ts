/** The machine's longest paper on a USB printer, whose wire holds the host up when the printer is full. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { PRINTER_MODELS } from '#drivers/printer/profiles.ts';
import { composeTallyReport } from '#firmware/paper/tally-report.ts';
import { wait } from '#hal/clock.ts';
import { DEMO, sampleTally } from '#test/paper/samples.ts';
import { makeUsbPrinterRig } from './usb-rig.ts';

const MODEL = PRINTER_MODELS['80mm-203dpi'];
const COPY = { number: 1, total: 2, duplicate: false } as const;
const REPORT = composeTallyReport(
  sampleTally(DEMO, 50),
  new Uint8Array(64).fill(0x5a),
  COPY,
  'es',
  MODEL.columns,
);
const SLOW = { speedMmPerS: 50 } as const;

let rig: ReturnType<typeof makeUsbPrinterRig>;
beforeEach(() => {
  rig = makeUsbPrinterRig(SLOW, MODEL);
});
afterEach(() => rig.close());

const start = async (): Promise<void> => {
  await rig.run(wait(rig.clock, 1_000));
  expect((await rig.run(rig.printer.start())).value).toMatchObject({ ok: true });
};

describe('a slow printer on USB', () => {
  test('is not given up while it prints a tally report, and prints all of it', async () => {
    await start();
    expect((await rig.run(rig.printer.print(REPORT))).value).toEqual({
      ok: true,
      value: undefined,
    });
    expect(rig.presence).toEqual([true]);
    const paper = renderText(rig.emulator.hanging()!);
    for (const element of REPORT.elements)
      if (element.kind === 'qr') expect(paper).toContain(element.text);
  });

  test.each(['paperEnd', 'coverOpen', 'jam'] as const)(
    'that stops in the middle (%s) says why, and is still there',
    async (fault) => {
      await start();
      rig.emulator.failAfterMm(fault, 500);
      expect((await rig.run(rig.printer.print(REPORT))).value).toMatchObject({
        error: { fault: { kind: fault }, progress: 'partly' },
      });
      expect(rig.presence).toEqual([true]);
    },
  );
});
