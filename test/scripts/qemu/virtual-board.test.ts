/** The virtual unit's board file names the hardware that the virtual machine has. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readBoardFile } from '#drivers/board-file.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { USB_PORTS } from '#scripts/qemu/command-line.ts';
import { SERIAL_ADAPTERS, STICKS, USB_DEVICES } from '#scripts/qemu/identities.ts';

const FILE = fileURLToPath(new URL('../../../boot/boards/virtual-x64.json', import.meta.url));

const read = readBoardFile(readFileSync(FILE, 'utf8'));
if (!read.ok) throw new Error(JSON.stringify(read.error));
const { supervisor, desk, booth } = read.value;
const hex = (value: number): string => value.toString(16).padStart(4, '0');
const pinOf = (name: keyof typeof USB_DEVICES) => {
  const { port, identity } = USB_DEVICES[name];
  return {
    vendor: hex(identity.vendor),
    product: hex(identity.product),
    usbPath: `1-${port}`,
  };
};
const portOf = (name: keyof typeof SERIAL_ADAPTERS) => ({
  port: { vendor: '0403', product: '6001', usbPath: `1-${SERIAL_ADAPTERS[name].port}` },
});

test('each device is pinned to the port and the identity that it has', () => {
  expect(desk.reader.wire).toMatchObject(portOf('reader'));
  expect(supervisor.powerBoard).toMatchObject(portOf('power'));
  expect(desk.display.wire).toMatchObject(portOf('display'));
  expect(booth.printer.wire).toMatchObject({ kind: 'usbPrinter', pin: pinOf('printer') });
  expect(booth.glass).toMatchObject({ kind: 'hid', pin: pinOf('glass') });
  expect(desk.keypad).toMatchObject({ kind: 'hid', pin: pinOf('keypad') });
  expect(booth.voterKeypad).toMatchObject({ kind: 'hid', pin: pinOf('voterKeypad') });
  expect(booth.panel).toEqual(DEFAULT_PANEL);
});

test('every device has a port of its own', () => {
  const ports = [SERIAL_ADAPTERS, USB_DEVICES, STICKS].flatMap((table) =>
    Object.values(table).map(({ port }) => port),
  );
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) expect(port).toBeLessThanOrEqual(USB_PORTS);
});

test('nothing in it is emulated in the guest', () => {
  expect(readFileSync(FILE, 'utf8')).not.toMatch(/reportSocket|"file"|"socket"/);
});
