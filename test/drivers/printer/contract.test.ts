/** The contract of the printer over an in-memory wire, in virtual time. */

import { PRINTER_MODELS } from '#drivers/printer/profiles.ts';
import { describeReceiptPrinter, type PrinterRig } from '#test/contracts/receipt-printer.ts';
import { makePrinterRig } from './rig.ts';

const overMemory = (rig: ReturnType<typeof makePrinterRig>): PrinterRig => ({
  printer: rig.printer,
  emulator: rig.emulator,
  clock: rig.clock,
  run: (work) => rig.clock.run(work()),
  close: () => undefined,
});

describeReceiptPrinter('in-memory wire, process IDs', () => overMemory(makePrinterRig()));
describeReceiptPrinter('in-memory wire, counting sensor replies', () =>
  overMemory(makePrinterRig({}, PRINTER_MODELS['80mm-203dpi-plain'])),
);
