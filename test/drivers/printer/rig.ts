/** Driver and emulator joined by a paced in-memory wire under a virtual clock. */
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator, type PrinterEmulatorOptions } from '#drivers/printer/emulator.ts';
import type { PrinterModel } from '#drivers/printer/profiles.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';

export const BAUD = 115_200;

export const makePrinterRig = (options: PrinterEmulatorOptions = {}, model?: PrinterModel) => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(BAUD));
  const emulator = makePrinterEmulator(wire.device, clock, { cable: wire, ...options });
  const printer = makeReceiptPrinter(wire.host, clock, model);
  /** Runs an operation to its end: its result, and how long it took. */
  const run = async <T>(work: Promise<T>): Promise<{ value: T; ms: number }> => {
    const from = clock.nowMs();
    const value = await clock.run(work);
    return { value, ms: clock.nowMs() - from };
  };
  return { clock, wire, emulator, printer, run };
};
