/**
 * The door to escpos-usb and the usb package under it: the parts that the printer's link uses, typed,
 * and loaded only where a USB printer is configured. Both are CommonJS without types; escpos-usb works
 * with usb 1.9.2 only.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

type TransferError = Error & { readonly errno?: number };

/** An endpoint of a claimed interface (usb 1.9.2, `Endpoint`). */
export type UsbEndpoint = {
  readonly direction: 'in' | 'out';
  /** 2: bulk (USB 2.0, table 9-13). */
  readonly transferType: number;
  readonly descriptor: { readonly wMaxPacketSize: number };
  /** Limit of a transfer, ms; 0: none. */
  timeout: number;
  readonly pollActive?: boolean;
  startPoll(transfers: number, bytes: number): void;
  stopPoll(ended?: () => void): void;
  on(event: 'data', listener: (bytes: Uint8Array) => void): void;
  on(event: 'error', listener: (error: TransferError) => void): void;
  on(event: 'end', listener: () => void): void;
};

export type UsbDevice = {
  readonly busNumber: number;
  /** `devnum` of sysfs. */
  readonly deviceAddress: number;
  readonly portNumbers?: readonly number[];
  /** As it was when libusb first saw the device; null, or an error: it had none then, and has none for libusb. */
  readonly configDescriptor?: object | null;
  /** Null or not there: it is not open. */
  readonly interfaces?: readonly { readonly endpoints: readonly UsbEndpoint[] }[] | null;
  close(): void;
};

/** escpos-usb's printer: opens and claims a device, writes to its first way out. */
export type UsbPrinter = {
  open(opened: (error?: Error | null) => void): void;
  write(bytes: Buffer, written: (error?: TransferError | null) => void): void;
  readonly endpoint?: UsbEndpoint | null;
};

export type UsbHost = {
  devices(): readonly UsbDevice[];
  printer(device: UsbDevice): UsbPrinter;
  /** Forgets what escpos-usb listens for: it would keep the process alive and the listeners piling up. */
  forget(): void;
  /**
   * Looks again at what is plugged in. Devices of before must be closed: nobody carries their transfers any
   * more. It does nothing once the process has made `MAX_CONTEXTS`: until it is started again, what comes is
   * then not seen.
   */
  rescan(): void;
};

type UsbPackage = {
  getDeviceList(): readonly UsbDevice[];
  removeAllListeners(event: string): void;
};
type PrinterClass = new (device: UsbDevice) => UsbPrinter;

const PACKAGES = ['usb', 'escpos-usb'] as const;
/**
 * Contexts of libusb in the life of a process. The package never ends one, so each keeps 3 descriptors, a thread and
 * about 75 kB (measured: 300 of them). Node may have 4,096 descriptors at least.
 */
const MAX_CONTEXTS = 256;

/** Loads both packages anew; the add-on of `usb` makes a context of libusb each time that it is loaded. */
const loadPackages = (): { readonly usb: UsbPackage; readonly Printer: PrinterClass } => {
  const require = createRequire(import.meta.url);
  const folders = PACKAGES.map((name) => `${dirname(require.resolve(name))}${sep}`);
  for (const path of Object.keys(require.cache))
    if (folders.some((folder) => path.startsWith(folder))) delete require.cache[path];
  return { usb: require('usb'), Printer: require('escpos-usb') };
};

/** Loads both packages. Throws where libusb can not start. */
export const loadUsbHost = (): UsbHost => {
  let packages = loadPackages();
  let contexts = 1;
  return {
    devices: () => packages.usb.getDeviceList(),
    printer: (device) => new packages.Printer(device),
    forget: () => packages.usb.removeAllListeners('detach'),
    rescan: () => {
      if (contexts >= MAX_CONTEXTS) return;
      contexts++;
      packages = loadPackages();
    },
  };
};
