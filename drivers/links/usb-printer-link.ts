/**
 * A USB printer as a link: escpos-usb opens and writes, what it lacks is here. It has no way in, so
 * status is read from the printer's own bulk-in endpoint; it never closes a device that was unplugged,
 * which would keep the process alive for ever, so closing is ours too; and it looks devices up by
 * vendor and product alone, so the pin is resolved in sysfs.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import {
  type Connection,
  type ConnectionEvents,
  type Connector,
  makeReopeningByteLink,
} from './reopening-byte-link.ts';
import { loadUsbHost, type UsbDevice, type UsbEndpoint, type UsbHost } from './usb-host.ts';
import { findUsbDevice, SYSFS, type UsbPin } from './usb-pins.ts';

const BULK = 2;
/** Reads that wait at the printer at the same time. */
const READS = 2;
const READ_BYTES = 512;
/** Bytes handed over at once: what a printer that stopped has taken is known to this. */
const PIECE_BYTES = 4_096;
/** A printer that takes no piece for this long has stopped: cover, paper, or a jam. */
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

/** Closes a device, after the transfers that are under way; gives up after a while. */
const closeDevice = (device: UsbDevice, clock: Clock, triesLeft = CLOSE_TRIES): void => {
  try {
    device.close();
  } catch {
    if (triesLeft > 0) clock.after(CLOSE_EVERY_MS, () => closeDevice(device, clock, triesLeft - 1));
  }
};

/** Reads status for as long as the printer is there. Returns how to stop. */
const readOn = (input: UsbEndpoint, events: ConnectionEvents): ((ended: () => void) => void) => {
  let over = false;
  input.on('data', (bytes) => {
    if (!over && bytes.length > 0) events.bytes(new Uint8Array(bytes));
  });
  input.on('error', () => {
    if (!over) events.gone();
  });
  input.startPoll(READS, READ_BYTES);
  return (ended) => {
    over = true;
    if (input.pollActive === true) input.stopPoll(ended);
    else ended();
  };
};

const connectTo =
  (host: UsbHost, pin: UsbPin, clock: Clock, sysfs: string): Connector =>
  (events) =>
    new Promise((resolve) => {
      const place = findUsbDevice(pin, sysfs);
      const device = place.ok ? host.devices().find((each) => pathOf(each) === place.value) : null;
      if (device === null || device === undefined) return resolve(null);
      const printer = host.printer(device);
      let opened = false;
      printer.open((error) => {
        // escpos-usb calls back once for each interface.
        if (opened) return;
        opened = true;
        const input = wayIn(device);
        const output = printer.endpoint;
        if (error || input === null || output === null || output === undefined) {
          host.forget();
          closeDevice(device, clock);
          return resolve(null);
        }
        output.timeout = PIECE_LIMIT_MS;
        const stopReading = readOn(input, events);
        const piece = (bytes: Buffer): Promise<boolean> =>
          new Promise((taken) => printer.write(bytes, (failed) => taken(!failed)));
        const connection: Connection = {
          write: async (bytes) => {
            for (let at = 0; at < bytes.length; at += PIECE_BYTES)
              if (!(await piece(Buffer.from(bytes.subarray(at, at + PIECE_BYTES))))) {
                events.gone();
                return false;
              }
            return true;
          },
          close: () =>
            stopReading(() => {
              host.forget();
              closeDevice(device, clock);
            }),
        };
        resolve(connection);
      });
    });

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
