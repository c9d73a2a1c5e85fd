/**
 * A small tree as sysfs has it, written down by hand from the kernel's documentation of its files: a
 * fanless board with a USB hub, a serial adapter, a touch panel, a memory stick, soldered flash, a
 * network card, and what is software only.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

type Tree = { readonly root: string };

const write = ({ root }: Tree, folder: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(root, folder, name), `${content}\n`);
};
/** A symbolic link from one place in the tree to another, relative, as sysfs makes them. */
const link = ({ root }: Tree, from: string, to: string): void => {
  mkdirSync(dirname(join(root, from)), { recursive: true });
  symlinkSync(relative(dirname(join(root, from)), join(root, to)), join(root, from));
};

const XHCI = 'devices/pci0000:00/0000:00:14.0';
const HUB = `${XHCI}/usb1/1-1`;

type UsbDevice = {
  readonly folder: string;
  readonly vendor: string;
  readonly product: string;
  readonly name?: string;
  readonly serial?: string;
};

/** A USB device with one interface; returns the interface's folder. */
export const addUsb = (
  tree: Tree,
  { folder, vendor, product, name, serial }: UsbDevice,
): string => {
  const own = folder.slice(folder.lastIndexOf('/') + 1);
  write(tree, folder, {
    idVendor: vendor,
    idProduct: product,
    ...(name === undefined ? {} : { product: name }),
    ...(serial === undefined ? {} : { serial }),
  });
  link(tree, `bus/usb/devices/${own}`, folder);
  const inside = `${folder}/${own}:1.0`;
  write(tree, inside, { bInterfaceNumber: '00' });
  link(tree, `bus/usb/devices/${own}:1.0`, inside);
  return inside;
};

/** An entry of a class, with its way back to the device. */
const addClass = (
  tree: Tree,
  kind: string,
  name: string,
  folder: string,
  device: string | null,
  files: Readonly<Record<string, string>> = {},
): void => {
  write(tree, folder, files);
  if (device !== null) link(tree, `${folder}/device`, device);
  link(tree, `class/${kind}/${name}`, folder);
};

const addSerial = (tree: Tree): void => {
  const adapter = addUsb(tree, {
    folder: `${HUB}/1-1.2`,
    vendor: '1a86',
    product: '7523',
    name: 'USB Serial',
  });
  write(tree, `${adapter}/ttyUSB0`, {});
  addClass(tree, 'tty', 'ttyUSB0', `${adapter}/ttyUSB0/tty/ttyUSB0`, `${adapter}/ttyUSB0`);
  const legacy = 'devices/platform/serial8250';
  write(tree, legacy, { modalias: 'platform:serial8250' });
  addClass(tree, 'tty', 'ttyS0', `${legacy}/tty/ttyS0`, legacy, { type: '4' });
  addClass(tree, 'tty', 'ttyS1', `${legacy}/tty/ttyS1`, legacy, { type: '0' });
  addClass(tree, 'tty', 'tty0', 'devices/virtual/tty/tty0', null);
};

const addHid = (tree: Tree): void => {
  const panel = addUsb(tree, {
    folder: `${HUB}/1-1.3`,
    vendor: '222a',
    product: '0001',
    name: 'Touch\u001b[31m Panel',
    serial: 'ÄB-12',
  });
  const device = `${panel}/0003:222A:0001.0001`;
  write(tree, device, {
    uevent: [
      'DRIVER=hid-multitouch',
      'HID_ID=0003:0000222A:00000001',
      'HID_NAME=ILITEK ILITEK-TP',
      'HID_PHYS=usb-0000:00:14.0-1.3/input0',
      'HID_UNIQ=ÄB-12',
    ].join('\n'),
  });
  addClass(tree, 'hidraw', 'hidraw0', `${device}/hidraw/hidraw0`, device);
};

const addDisks = (tree: Tree): void => {
  const stick = addUsb(tree, {
    folder: `${XHCI}/usb1/1-4`,
    vendor: '0951',
    product: '1666',
    name: 'DataTraveler',
    serial: '60A44C3FAE93',
  });
  const lun = `${stick}/host2/target2:0:0/2:0:0:0`;
  write(tree, lun, { model: 'DataTraveler 3.0', vendor: 'Kingston' });
  addClass(tree, 'block', 'sda', `${lun}/block/sda`, lun);
  addClass(tree, 'block', 'sda1', `${lun}/block/sda/sda1`, lun, { partition: '1' });
  const mmc = 'devices/pci0000:00/0000:00:1c.0/mmc_host/mmc0/mmc0:0001';
  write(tree, 'devices/pci0000:00/0000:00:1c.0', { vendor: '0x8086', device: '0x0f16' });
  write(tree, mmc, { name: '8GTF4R', serial: '0x1b2c3d4e', cid: '150100384754463452' });
  addClass(tree, 'block', 'mmcblk0', `${mmc}/block/mmcblk0`, mmc);
  addClass(tree, 'block', 'loop0', 'devices/virtual/block/loop0', null);
};

const addNetwork = (tree: Tree): void => {
  const card = 'devices/pci0000:00/0000:02:00.0';
  write(tree, card, { vendor: '0x10ec', device: '0x8168' });
  addClass(tree, 'net', 'enp2s0', `${card}/net/enp2s0`, card, {
    address: '00:e0:4c:68:00:01',
    flags: '0x1002',
    type: '1',
  });
  addClass(tree, 'net', 'lo', 'devices/virtual/net/lo', null, {
    address: '00:00:00:00:00:00',
    flags: '0x9',
    type: '772',
    carrier: '1',
  });
};

/** Writes the whole tree below `root`, an existing empty folder. */
export const writeSysfsTree = (root: string): void => {
  const tree = { root };
  write(tree, XHCI, { vendor: '0x8086', device: '0x0f35' });
  addUsb(tree, {
    folder: `${XHCI}/usb1`,
    vendor: '1d6b',
    product: '0002',
    name: 'xHCI Host Controller',
    serial: '0000:00:14.0',
  });
  addUsb(tree, { folder: HUB, vendor: '05e3', product: '0608', name: 'USB2.0 Hub' });
  addSerial(tree);
  addHid(tree);
  addDisks(tree);
  addNetwork(tree);
};

/** Plugs a keypad into the tree. */
export const plugKeypad = (root: string): void => {
  addUsb(
    { root },
    {
      folder: `${HUB}/1-1.4`,
      vendor: '04d9',
      product: 'a02a',
      name: 'USB Keypad',
    },
  );
};
export const unplugKeypad = (root: string): void => {
  rmSync(join(root, `${HUB}/1-1.4`), { recursive: true });
  for (const name of ['1-1.4', '1-1.4:1.0']) rmSync(join(root, 'bus/usb/devices', name));
};
