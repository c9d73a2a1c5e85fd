/**
 * What the virtual unit's devices say of themselves, and at which port of the USB controller each is: the
 * board file boot/boards/virtual-x64.json and its list of parts name the same.
 */
import type { UsbDescription } from './usb/descriptors.ts';

type Identity = Omit<UsbDescription, 'interfaces'>;

const identity = (
  vendor: number,
  product: number,
  manufacturer: string,
  name: string,
  serial: string,
): Identity => ({ vendor, product, version: 0x0100, manufacturer, name, serial });

/** Serial ports on FTDI adapters, which QEMU has: a port and a serial number. */
export const SERIAL_ADAPTERS = {
  reader: { port: 1, serial: 'R503-0001' },
  power: { port: 2, serial: 'POWER-0001' },
  display: { port: 3, serial: 'DISPLAY-0001' },
} as const;

/** Devices of ours. */
export const USB_DEVICES = {
  printer: { port: 4, identity: identity(0x04b8, 0x0e28, 'EPSON', 'TM-T20', 'J6LF000001') },
  glass: { port: 5, identity: identity(0x222a, 0x0001, 'ILITEK', 'Multi-Touch', 'PANEL-0001') },
  keypad: { port: 6, identity: identity(0x04d9, 0xa02a, 'Holtek', 'USB Keypad', 'KP-0001') },
  voterKeypad: { port: 7, identity: identity(0x04d9, 0xa02b, 'Holtek', 'USB Keypad', 'KP-0002') },
} as const;

/** Sticks: what the guest reads as their serial numbers. */
export const STICKS = {
  module: { id: 'module', port: 8, serial: 'URNA-MODULE' },
  token: { id: 'token', port: 9, serial: 'URNA-TOKEN' },
  delivery: { id: 'delivery', port: 10, serial: 'URNA-DELIVERY' },
} as const;
