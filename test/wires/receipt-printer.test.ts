/** The contract of the printer in real time: over a serial port, and over a network. */
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { openTcpLink } from '#drivers/links/tcp-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { describeReceiptPrinter, type PrinterRig } from '#test/contracts/receipt-printer.ts';
import { openTcpCable } from './tcp-cable.ts';
import { whenPresent } from './when-present.ts';

const BAUD = 115_200;
/** Paper that runs fast: what is tried here is the wire. */
const FAST = { speedMmPerS: 1_000, startMs: 10, cutMs: 20 } as const;

const rigOver = (
  link: ByteLink,
  emulator: PrinterRig['emulator'],
  close: () => Promise<void> | void,
): PrinterRig => ({
  printer: makeReceiptPrinter(link, systemClock),
  emulator,
  clock: systemClock,
  run: (work) => work(),
  close: async () => {
    link.close();
    await close();
  },
});

describeReceiptPrinter('a serial port', async () => {
  const pty = openPty({ baud: BAUD });
  const emulator = makePrinterEmulator(pty.link, systemClock, { ...FAST, cable: pty });
  const link = openSerialLink(pty.path, BAUD, systemClock);
  await whenPresent(link);
  return rigOver(link, emulator, pty.close);
});

describeReceiptPrinter('a network', async () => {
  const cable = await openTcpCable();
  const emulator = makePrinterEmulator(cable.link, systemClock, { ...FAST, cable });
  const link = openTcpLink(cable.host, cable.port, systemClock);
  await whenPresent(link);
  return rigOver(link, emulator, cable.close);
});
