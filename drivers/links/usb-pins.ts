/**
 * Which port is which device: a pin names vendor, product, serial number, USB path or HID usage, and
 * sysfs is asked what is plugged in now. Port names change with the order of plugging in; these do
 * not. Takes the root of sysfs, so that a captured tree serves as well.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '#hal/result.ts';
import { parseReportDescriptor } from '../touchscreen/hid-descriptor.ts';
import { isPluggedUsb } from './usb-place.ts';

export const SYSFS = '/sys';

/** What a device must be; what is not named may be anything. */
export type UsbPin = {
  /** Four hexadecimal digits, lower case, as in sysfs. */
  readonly vendor?: string;
  readonly product?: string;
  readonly serial?: string;
  /** Bus and ports, for example `1-1.4`: where it is plugged in. */
  readonly usbPath?: string;
};

export type HidPin = UsbPin & {
  /** Page and usage of one of its application collections, for example `0d:04`. */
  readonly usage?: string;
};

/** Ports looked at. */
const MAX_PORTS = 256;

type UsbIdentity = { readonly [Key in keyof UsbPin]: string | null };

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
};

/**
 * The USB device that a folder of sysfs belongs to: the nearest above it, by name. Asking each folder on the way who
 * it is would cost a failed look a level, and on a unit everything that is plugged in is looked at every second.
 */
const usbDeviceAbove = (folder: string): UsbIdentity | null => {
  let at: string;
  try {
    at = realpathSync.native(folder);
  } catch {
    return null;
  }
  for (; at !== dirname(at); at = dirname(at)) {
    const usbPath = basename(at);
    if (!isPluggedUsb(usbPath)) continue;
    const [vendor = null, product = null, serial = null] = ['idVendor', 'idProduct', 'serial'].map(
      (name) => textOf(join(at, name)),
    );
    return vendor === null ? null : { vendor, product, serial, usbPath };
  }
  return null;
};

/**
 * What a HID device says without a USB device above it (Bluetooth, I2C): HID_ID is bus, vendor and
 * product in hexadecimal, HID_UNIQ its serial number (kernel: drivers/hid/hid-core.c, hid_uevent).
 */
const hidIdentity = (device: string): UsbIdentity => {
  const uevent = textOf(join(device, 'uevent')) ?? '';
  const [, vendor, product] =
    /^HID_ID=[0-9A-F]+:0000([0-9A-F]{4}):0000([0-9A-F]{4})$/m.exec(uevent) ?? [];
  const serial = /^HID_UNIQ=(.+)$/m.exec(uevent)?.[1] ?? null;
  return {
    vendor: vendor?.toLowerCase() ?? null,
    product: product?.toLowerCase() ?? null,
    serial,
    usbPath: null,
  };
};

const fits = (identity: UsbIdentity, pin: UsbPin): boolean =>
  (['vendor', 'product', 'serial', 'usbPath'] as const).every(
    (key) => pin[key] === undefined || identity[key] === pin[key],
  );

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort().slice(0, MAX_PORTS);
  } catch {
    return [];
  }
};

const portsOf = (sysfs: string, kind: string): readonly string[] =>
  entriesOf(join(sysfs, 'class', kind));

const theOnly = (found: readonly string[], pin: UsbPin): Result<string, string> => {
  const [first] = found;
  const wanted = JSON.stringify(pin);
  if (first === undefined) return err(`nothing plugged in is ${wanted}`);
  return found.length === 1 ? ok(first) : err(`${found.join(' and ')} both are ${wanted}`);
};

/** The name of the one serial port that fits, for example `ttyUSB0`. Error: none, or several. */
export const findSerialPort = (pin: UsbPin, sysfs = SYSFS): Result<string, string> =>
  theOnly(
    portsOf(sysfs, 'tty').filter((port) => {
      const device = join(sysfs, 'class', 'tty', port, 'device');
      const identity = existsSync(device) ? usbDeviceAbove(device) : null;
      return identity !== null && fits(identity, pin);
    }),
    pin,
  );

/** Where the one USB device that fits is plugged in, for example `1-1.4`. Error: none, or several. */
export const findUsbDevice = (pin: UsbPin, sysfs = SYSFS): Result<string, string> => {
  const devices = join(sysfs, 'bus', 'usb', 'devices');
  const fitting = entriesOf(devices).filter((entry) => {
    const identity = isPluggedUsb(entry) ? usbDeviceAbove(join(devices, entry)) : null;
    return identity !== null && fits(identity, pin);
  });
  return theOnly(fitting, pin);
};

export type UsbAttachment = {
  /** The number that the kernel gave it when it was plugged in (`devnum`): another each time. */
  readonly address: number;
  /** False: it came just now, or is not authorised, and has no configuration yet. */
  readonly configured: boolean;
};

/** How the device at `path`, for example `1-1.4`, is plugged in; null: nothing is. */
export const usbAttachmentOf = (path: string, sysfs = SYSFS): UsbAttachment | null => {
  const [address, configuration] = ['devnum', 'bConfigurationValue'].map((name) =>
    textOf(join(sysfs, 'bus', 'usb', 'devices', path, name)),
  );
  return address ? { address: Number(address), configured: Boolean(configuration) } : null;
};

/** A hidraw device's report descriptor, as the kernel holds it. */
export const reportDescriptorOf = (port: string, sysfs = SYSFS): Uint8Array | null => {
  try {
    const path = join(sysfs, 'class', 'hidraw', port, 'device', 'report_descriptor');
    return new Uint8Array(readFileSync(path));
  } catch {
    return null;
  }
};

const hasUsage = (port: string, usage: string, sysfs: string): boolean => {
  const parsed = parseReportDescriptor(reportDescriptorOf(port, sysfs) ?? new Uint8Array(0));
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  const isApplication = 1;
  return (
    parsed.ok &&
    parsed.value.collections.some(
      (each) =>
        each.type === isApplication && `${hex(each.usage.page)}:${hex(each.usage.id)}` === usage,
    )
  );
};

/** The name of the one hidraw device that fits, for example `hidraw0`. Error: none, or several. */
export const findHidPort = (pin: HidPin, sysfs = SYSFS): Result<string, string> =>
  theOnly(
    portsOf(sysfs, 'hidraw').filter((port) => {
      const device = join(sysfs, 'class', 'hidraw', port, 'device');
      const identity = usbDeviceAbove(device) ?? hidIdentity(device);
      return fits(identity, pin) && (pin.usage === undefined || hasUsage(port, pin.usage, sysfs));
    }),
    pin,
  );
