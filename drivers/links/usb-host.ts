/**
 * The door to escpos-usb and the usb package under it: the parts that the printer's link uses, typed,
 * and loaded only where a USB printer is configured. Both are CommonJS without types; escpos-usb works
 * with usb 1.9.2 only.
 */
import { createRequire } from 'node:module';

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
  readonly portNumbers?: readonly number[];
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
};

type UsbPackage = {
  getDeviceList(): readonly UsbDevice[];
  removeAllListeners(event: string): void;
};
type PrinterClass = new (device: UsbDevice) => UsbPrinter;

/** Loads both packages. Throws where libusb can not start. */
export const loadUsbHost = (): UsbHost => {
  const require = createRequire(import.meta.url);
  const usb: UsbPackage = require('usb');
  const Printer: PrinterClass = require('escpos-usb');
  return {
    devices: () => usb.getDeviceList(),
    printer: (device) => new Printer(device),
    forget: () => usb.removeAllListeners('detach'),
  };
};
