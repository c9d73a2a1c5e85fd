/** The machine's own papers on every printer a board file may name: whole, with every QR symbol in it. */
import { expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { PRINTER_MODELS, type PrinterModelName } from '#drivers/printer/profiles.ts';
import { composeReadinessReport } from '#firmware/paper/readiness-report.ts';
import { composeReceipt } from '#firmware/paper/receipt.ts';
import { composeTallyReport } from '#firmware/paper/tally-report.ts';
import { composeZeroReport } from '#firmware/paper/zero-report.ts';
import {
  DEMO,
  sampleReadiness,
  sampleReceipt,
  sampleTally,
  sampleZero,
} from '#test/paper/samples.ts';
import { makePrinterRig } from './rig.ts';

const MODELS = Object.keys(PRINTER_MODELS) as readonly PrinterModelName[];
const COPY = { number: 1, total: 2, duplicate: false } as const;
const SIGNATURE = new Uint8Array(64).fill(0x5a);

test.each(MODELS)(
  '%s prints zero, tally and readiness report and a receipt, symbols included',
  async (name) => {
    const model = PRINTER_MODELS[name];
    const { widthDots, dotsPerInch, columns } = model;
    for (const document of [
      composeZeroReport(sampleZero(DEMO), 'es', columns),
      composeTallyReport(sampleTally(DEMO, 50), SIGNATURE, COPY, 'es', columns),
      composeReadinessReport(sampleReadiness(DEMO), 'es', columns),
      composeReceipt(sampleReceipt(DEMO), 'es', columns),
    ]) {
      const rig = makePrinterRig({ widthDots, dotsPerInch }, model);
      await rig.run(rig.printer.start());
      const printed = await rig.run(rig.printer.print(document));
      expect(printed.value).toEqual({ ok: true, value: undefined });
      const paper = renderText(rig.emulator.hanging()!);
      const symbols = document.elements.filter(({ kind }) => kind === 'qr');
      expect(paper.match(/\[QR /g) ?? []).toHaveLength(symbols.length);
      for (const element of symbols)
        if (element.kind === 'qr') expect(paper).toContain(element.text);
    }
  },
);
