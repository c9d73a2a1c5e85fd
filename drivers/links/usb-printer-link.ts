/**
 * A USB printer as a link: escpos-usb opens and writes, what it lacks is here. It has no way in, so
 * status is read from the printer's own bulk-in endpoint; it never closes a device that was unplugged,
 * which would keep the process alive for ever, so closing is ours too; it looks devices up by
 * vendor and product alone, so the pin is resolved in sysfs; and it may not hear that a device is back
 * (usb-rescan.ts).
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import {
  type ConnectionEvents,
  type Connector,
  makeReopeningByteLink,
} from './reopening-byte-link.ts';
import {
  loadUsbHost,
  type UsbDevice,
  type UsbEndpoint,
  type UsbHost,
  type UsbPrinter,
} from './usb-host.ts';
import { findUsbDevice, SYSFS, type UsbPin, usbAttachmentOf } from './usb-pins.ts';
import { lookFor, type Unheard } from './usb-rescan.ts';

const BULK = 2;
/** Reads that wait at the printer at the same time. */
const READS = 2;
const READ_BYTES = 512;
/** Bytes handed over at once: what a printer that stopped has taken is known to this. */
const PIECE_BYTES = 4_096;
/** A printer that takes no piece for this long has stopped: one that is full is sent none (printer/transfer.ts). */
const PIECE_LIMIT_MS = 3_000;
/** Full-speed bulk carries far more; the paper is what takes time. */
const MS_PER_BYTE = 0.1;
/** A device is closed once its transfers are over; so often is it tried, and so long between. */
const CLOSE_TRIES = 20;
const CLOSE_EVERY_MS = 100;

const pathOf = ({ busNumber, portNumbers }: UsbDevice): string =>
  `${busNumber}-${(portNumbers ?? []).join('.')}`;

const wayIn = (device: UsbDevice): UsbEndpoint | null =>
  (device.interfaces ?? [])
    .flatMap(({ endpoints }) => endpoints)
    .find(({ direction, transferType }) => direction === 'in' && transferType === BULK) ?? null;

/** Closes a device that is open, after the transfers that are under way; gives up after a while. */
const closeDevice = (
  device: UsbDevice,
  clock: Clock,
  closed: () => void,
  triesLeft = CLOSE_TRIES,
): void => {
  try {
    device.close();
  } catch {
    if (triesLeft > 0) {
      clock.after(CLOSE_EVERY_MS, () => closeDevice(device, clock, closed, triesLeft - 1));
      return;
    }
  }
  closed();
};

/** Reads status for as long as the printer is there. Returns how to stop. */
const readOn = (input: UsbEndpoint, events: ConnectionEvents): (() => void) => {
  let over = false;
  input.on('data', (bytes) => {
    if (!over && bytes.length > 0) events.bytes(new Uint8Array(bytes));
  });
  input.on('error', () => {
    if (!over) events.gone();
  });
  input.startPoll(READS, READ_BYTES);
  return () => {
    over = true;
    if (input.pollActive === true) input.stopPoll();
  };
};

/** False: libusb saw it before it was authorised (boot/unit/usb.ts), and reads its descriptors once. */
const isConfigured = (device: UsbDevice): boolean => {
  try {
    return device.configDescriptor != null;
  } catch {
    return false;
  }
};

/** Finds the printer that fits, having libusb look again where it did not hear of it, or too early. */
const finderOf = (host: UsbHost, pin: UsbPin, sysfs: string): (() => UsbDevice | null) => {
  let unheard: Unheard = null;
  return () => {
    const place = findUsbDevice(pin, sysfs);
    const attachment = place.ok ? usbAttachmentOf(place.value, sysfs) : null;
    const address = attachment?.configured === true ? attachment.address : null;
    const fits = (each: UsbDevice): boolean =>
      place.ok &&
      pathOf(each) === place.value &&
      each.deviceAddress === address &&
      isConfigured(each);
    const known = (): UsbDevice | null => host.devices().find(fits) ?? null;
    const look = lookFor(unheard, address, known() !== null);
    unheard = look.unheard;
    if (look.rescan) host.rescan();
    return known();
  };
};

/** False: it is gone again, or not ours yet; its node is root's until it is granted (boot/unit/grants.ts). */
const claim = (printer: UsbPrinter): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      // It calls back once for each interface.
      printer.open((error) => resolve(!error));
    } catch {
      resolve(false);
    }
  });

const connectTo = (host: UsbHost, pin: UsbPin, clock: Clock, sysfs: string): Connector => {
  const find = finderOf(host, pin, sysfs);
  /** Devices that are not closed yet. */
  let leaving = 0;
  const leave = (device: UsbDevice): void => {
    host.forget();
    if (!device.interfaces) return;
    leaving++;
    closeDevice(device, clock, () => {
      leaving--;
    });
  };
  return async (events) => {
    const device = leaving === 0 ? find() : null;
    if (device === null) return null;
    const printer = host.printer(device);
    const claimed = await claim(printer);
    const input = wayIn(device);
    const output = printer.endpoint;
    if (!claimed || input === null || output === null || output === undefined) {
      leave(device);
      return null;
    }
    output.timeout = PIECE_LIMIT_MS;
    const stopReading = readOn(input, events);
    const piece = (bytes: Buffer): Promise<boolean> =>
      new Promise((taken) => printer.write(bytes, (failed) => taken(!failed)));
    return {
      write: async (bytes) => {
        for (let at = 0; at < bytes.length; at += PIECE_BYTES)
          if (!(await piece(Buffer.from(bytes.subarray(at, at + PIECE_BYTES))))) {
            events.gone();
            return false;
          }
        return true;
      },
      close: () => {
        stopReading();
        leave(device);
      },
    };
  };
};

/** A link to the one USB printer that fits `pin`; it is opened again whenever it comes back. */
export const openUsbPrinterLink = (
  pin: UsbPin,
  clock: Clock,
  {
    host = loadUsbHost(),
    sysfs = SYSFS,
  }: { readonly host?: UsbHost; readonly sysfs?: string } = {},
): ByteLink =>
  makeReopeningByteLink(clock, connectTo(host, pin, clock, sysfs), {
    name: `the USB printer ${JSON.stringify(pin)}`,
    msPerByte: MS_PER_BYTE,
  });
