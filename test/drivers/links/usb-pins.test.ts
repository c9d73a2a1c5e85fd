/** Which port is which device, on a captured tree of sysfs. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findHidPort,
  findSerialPort,
  findUsbDevice,
  reportDescriptorOf,
  usbAttachmentOf,
} from '#drivers/links/usb-pins.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { DIGITIZER_DESCRIPTOR } from '#drivers/touchscreen/emulator.ts';

const ROOT = 'devices/pci0000:00/0000:00:14.0/usb1';
let sysfs: string;
const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(sysfs, path)), { recursive: true });
  writeFileSync(join(sysfs, path), content);
};
const link = (path: string, target: string): void => {
  mkdirSync(dirname(join(sysfs, path)), { recursive: true });
  mkdirSync(join(sysfs, target), { recursive: true });
  symlinkSync(join(sysfs, target), join(sysfs, path));
};
const usb = (folder: string, vendor: string, product: string, serial?: string): void => {
  put(`${folder}/idVendor`, `${vendor}\n`);
  put(`${folder}/idProduct`, `${product}\n`);
  if (serial !== undefined) put(`${folder}/serial`, `${serial}\n`);
  link(`bus/usb/devices/${folder.split('/').at(-1)}`, folder);
};
const tty = (name: string, device: string): void => {
  put(`${device}/tty/${name}/dev`, '188:0\n');
  link(`class/tty/${name}`, `${device}/tty/${name}`);
  link(`${device}/tty/${name}/device`, device);
};
const hidraw = (name: string, device: string, uevent: string, descriptor: Uint8Array): void => {
  put(`${device}/uevent`, uevent);
  put(`${device}/report_descriptor`, descriptor);
  link(`class/hidraw/${name}`, `${device}/hidraw/${name}`);
  link(`${device}/hidraw/${name}/device`, device);
};

beforeAll(() => {
  sysfs = mkdtempSync(join(tmpdir(), 'urna-sysfs-'));
  // Two boards of one model, as made by the thousand, and a reader's adapter with a serial number.
  usb(`${ROOT}/1-1/1-1.1`, '2341', '0043');
  usb(`${ROOT}/1-1/1-1.4`, '2341', '0043');
  usb(`${ROOT}/1-1/1-1.2`, '10c4', 'ea60', '0001');
  tty('ttyACM0', `${ROOT}/1-1/1-1.4/1-1.4:1.0`);
  tty('ttyACM1', `${ROOT}/1-1/1-1.1/1-1.1:1.0`);
  tty('ttyUSB0', `${ROOT}/1-1/1-1.2/1-1.2:1.0/ttyUSB0`);
  tty('ttyS0', 'devices/platform/serial8250');
  mkdirSync(join(sysfs, 'class/tty/console'), { recursive: true });
  // A panel with a second interface that is a keyboard, as cheap ones have, and one on I2C.
  usb(`${ROOT}/1-3`, '222a', '0001');
  const [panel, keys] = [`${ROOT}/1-3/1-3:1.0/p`, `${ROOT}/1-3/1-3:1.1/k`];
  hidraw('hidraw0', panel, 'HID_ID=0003:0000222A:00000001\n', DIGITIZER_DESCRIPTOR);
  hidraw('hidraw1', keys, 'HID_ID=0003:0000222A:00000001\n', BOOT_KEYBOARD_DESCRIPTOR);
  const onBoard = 'devices/platform/i2c/0018:0EEF:C003';
  const uevent = 'HID_ID=0018:00000EEF:0000C003\nHID_UNIQ=A7\n';
  hidraw('hidraw2', onBoard, uevent, DIGITIZER_DESCRIPTOR);
});
afterAll(() => rmSync(sysfs, { recursive: true, force: true }));

describe('a serial port is found', () => {
  test.each([
    [{ vendor: '2341', usbPath: '1-1.1' }, 'ttyACM1'],
    [{ usbPath: '1-1.4' }, 'ttyACM0'],
    [{ serial: '0001' }, 'ttyUSB0'],
    [{ vendor: '10c4', product: 'ea60', serial: '0001', usbPath: '1-1.2' }, 'ttyUSB0'],
  ])('%j', (pin, port) => {
    expect(findSerialPort(pin, sysfs)).toEqual({ ok: true, value: port });
  });

  test.each([
    [{ vendor: '2341' }, 'ttyACM0 and ttyACM1 both are'],
    [{ vendor: '2341', usbPath: '1-1.2' }, 'nothing plugged in is'],
    [{ serial: '0002' }, 'nothing plugged in is'],
  ])('but not when it may be another: %j', (pin, reason) => {
    const found = findSerialPort(pin, sysfs);
    expect(!found.ok && found.error).toContain(reason);
  });
});

describe('a HID device is found', () => {
  test.each([
    [{ usage: '0d:04', vendor: '222a' }, 'hidraw0'],
    [{ usage: '01:06' }, 'hidraw1'],
    [{ vendor: '0eef', product: 'c003' }, 'hidraw2'],
    [{ serial: 'A7', usage: '0d:04' }, 'hidraw2'],
    [{ usbPath: '1-3', usage: '01:06' }, 'hidraw1'],
  ])('%j', (pin, port) => {
    expect(findHidPort(pin, sysfs)).toEqual({ ok: true, value: port });
  });

  test.each([[{ vendor: '222a' }], [{ usage: '0d:04' }], [{ usage: '84:04' }]])(
    'but not when it may be another: %j',
    (pin) => {
      expect(findHidPort(pin, sysfs).ok).toBe(false);
    },
  );

  test('with the report descriptor that the kernel holds', () => {
    expect(reportDescriptorOf('hidraw1', sysfs)).toEqual(new Uint8Array(BOOT_KEYBOARD_DESCRIPTOR));
    expect(reportDescriptorOf('hidraw9', sysfs)).toBeNull();
  });
});

test('a USB device is found by what it is or where', () => {
  expect(findUsbDevice({ vendor: '222a' }, sysfs)).toEqual({ ok: true, value: '1-3' });
  expect(findUsbDevice({ usbPath: '1-1.2' }, sysfs)).toEqual({ ok: true, value: '1-1.2' });
  expect(findUsbDevice({ product: '0043' }, sysfs).ok).toBe(false);
});

test('how a device is plugged in: its number, and whether it is configured', () => {
  const attributes = 'bus/usb/devices/1-9';
  put(`${attributes}/devnum`, '12\n');
  // As the kernel has it while the device is not authorised.
  put(`${attributes}/bConfigurationValue`, '');
  expect(usbAttachmentOf('1-9', sysfs)).toEqual({ address: 12, configured: false });
  put(`${attributes}/bConfigurationValue`, '1\n');
  expect(usbAttachmentOf('1-9', sysfs)).toEqual({ address: 12, configured: true });
  expect(usbAttachmentOf('1-10', sysfs)).toBeNull();
});

test('where there is no sysfs nothing is found', () => {
  const nowhere = join(sysfs, 'nowhere');
  expect(findSerialPort({ vendor: '2341' }, nowhere).ok).toBe(false);
  expect(findHidPort({ usage: '0d:04' }, nowhere).ok).toBe(false);
  expect(findUsbDevice({ vendor: '2341' }, nowhere).ok).toBe(false);
});
