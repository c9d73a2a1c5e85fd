/**
 * The printer's driver on its own USB link, whose transfers reach the USB printer of scripts/qemu: bulk with
 * NAKs for flow control and libusb's limit of a transfer, in virtual time.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsbDevice, UsbEndpoint, UsbHost } from '#drivers/links/usb-host.ts';
import { openUsbPrinterLink } from '#drivers/links/usb-printer-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator, type PrinterEmulatorOptions } from '#drivers/printer/emulator.ts';
import type { PrinterModel } from '#drivers/printer/profiles.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { Clock } from '#hal/clock.ts';
import { USB_DEVICES } from '#scripts/qemu/identities.ts';
import { makeUsbPrinter, type UsbPrinterDevice } from '#scripts/qemu/usb/printer.ts';

const PLACE = '1-4';
const ADDRESS = 7;
const WAY_OUT = 0x01;

/** What `findUsbDevice` reads of it. */
const plugInto = (sysfs: string, vendor: string, product: string): void => {
  const folder = join(sysfs, 'bus', 'usb', 'devices', PLACE);
  mkdirSync(folder, { recursive: true });
  const attributes = {
    idVendor: vendor,
    idProduct: product,
    devnum: ADDRESS,
    bConfigurationValue: 1,
  };
  for (const [name, value] of Object.entries(attributes))
    writeFileSync(join(folder, name), `${value}\n`);
};

/** libusb with one device: transfers one after the other, each called off when its time is over. */
const makeHost = ({ usb }: UsbPrinterDevice, clock: Clock): UsbHost => {
  let heard: ((bytes: Uint8Array) => void) | null = null;
  const endpoint = { transferType: 2, descriptor: { wMaxPacketSize: 64 } } as const;
  const input: UsbEndpoint = {
    ...{ ...endpoint, direction: 'in', timeout: 0, pollActive: false },
    startPoll: () => undefined,
    stopPoll: () => {
      heard = null;
    },
    on: (event: string, listener: (value: never) => void) => {
      if (event === 'data') heard = listener as (bytes: Uint8Array) => void;
    },
  };
  const output: UsbEndpoint = { ...input, direction: 'out', on: () => undefined };
  const device: UsbDevice = {
    ...{ busNumber: 1, deviceAddress: ADDRESS, portNumbers: [4], configDescriptor: {} },
    interfaces: [{ endpoints: [output, input] }],
    close: () => undefined,
  };
  usb.attach({
    send: (_, bytes) => {
      clock.after(1, () => heard?.(bytes));
      return true;
    },
  });
  return {
    devices: () => [device],
    printer: () => ({
      endpoint: output,
      open: (opened) => opened(null),
      write: (bytes, written) => {
        let stop = (): void => undefined;
        const callOff = usb.receive(WAY_OUT, bytes, () => {
          stop();
          clock.after(0, () => written(null));
        });
        stop = clock.after(output.timeout, () => {
          callOff();
          written(new Error('LIBUSB_TRANSFER_TIMED_OUT'));
        });
      },
    }),
    forget: () => undefined,
    rescan: () => undefined,
  };
};

export const makeUsbPrinterRig = (options: PrinterEmulatorOptions = {}, model?: PrinterModel) => {
  const clock = makeVirtualClock(0);
  const sysfs = mkdtempSync(join(tmpdir(), 'urna-usb-'));
  const { identity } = USB_DEVICES.printer;
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  const pin = { vendor: hex(identity.vendor), product: hex(identity.product) };
  plugInto(sysfs, pin.vendor, pin.product);
  const device = makeUsbPrinter(identity);
  const emulator = makePrinterEmulator(device.link, clock, {
    ...options,
    onFull: device.setFull,
  });
  const link = openUsbPrinterLink(pin, clock, { host: makeHost(device, clock), sysfs });
  const presence: boolean[] = [];
  link.onPresence((present) => presence.push(present));
  const printer = makeReceiptPrinter(link, clock, model);
  const run = async <T>(work: Promise<T>): Promise<{ value: T; ms: number }> => {
    const from = clock.nowMs();
    const value = await clock.run(work);
    return { value, ms: clock.nowMs() - from };
  };
  const close = (): void => {
    link.close();
    rmSync(sysfs, { recursive: true });
  };
  return { clock, emulator, printer, presence, run, close };
};
