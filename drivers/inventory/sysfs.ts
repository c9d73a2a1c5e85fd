/**
 * What is attached, as Linux tells it in sysfs. Takes the root of the tree, so that one captured on a
 * unit serves as well. Left out is what is software only: what the kernel keeps under
 * devices/virtual (loop devices, tunnels, consoles), partitions, and serial ports without a chip.
 *
 * Files and what they hold: Linux Documentation/ABI/testing sysfs-bus-usb, sysfs-class-net,
 * sysfs-tty, ABI/stable sysfs-block; HID_ID, HID_NAME, HID_UNIQ, HID_PHYS: drivers/hid/hid-core.c
 * (hid_uevent); PCI vendor and device: Documentation/PCI/sysfs-pci.rst.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NetworkInterface, Part, PartKind } from '#hal/inventory.ts';
import { isPluggedUsb } from '../links/usb-place.ts';
import { hexId, hidIdentity, type Identity, partText } from './part-text.ts';

/** Folders between a device and what it is plugged into. */
const MAX_LEVELS = 12;
/** Entries of a class that are looked at. */
const MAX_ENTRIES = 512;
/** Bytes of an attribute: sysfs gives at most a page. */
const MAX_ATTRIBUTE_BYTES = 4_096;

const attribute = async (folder: string, name: string): Promise<string | null> => {
  try {
    const bytes = await readFile(join(folder, name));
    const text = bytes.subarray(0, MAX_ATTRIBUTE_BYTES).toString('utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
};

const entriesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).sort().slice(0, MAX_ENTRIES);
  } catch {
    return [];
  }
};

const realOf = async (path: string): Promise<string | null> => {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
};

const NOBODY: Identity = { vendor: null, product: null, serial: null, name: null };

const isUsbRoot = /^usb\d+$/;
const isUsb = (name: string): boolean => isUsbRoot.test(name) || isPluggedUsb(name);
const isUsbInterface = /^\d+-\d+(?:\.\d+)*:\d+\.\d+$/;
const isPci = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
/** Numbers that the kernel gives in order of discovery say nothing of the place. */
const isPlace = /^(?:mmc\d+:[0-9a-f]{4}|ata\d+|serial\d[^/]*|\w+-\d{4}|[\w.-]+\.\d+)$/;

const usbIdentity = async (folder: string): Promise<Identity> => ({
  vendor: hexId(await attribute(folder, 'idVendor')),
  product: hexId(await attribute(folder, 'idProduct')),
  serial: partText(await attribute(folder, 'serial')),
  name: partText(await attribute(folder, 'product')),
});

const pciIdentity = async (folder: string): Promise<Identity> => ({
  ...NOBODY,
  vendor: hexId(await attribute(folder, 'vendor')),
  product: hexId(await attribute(folder, 'device')),
});

type Plugged = { readonly path: string; readonly identity: Identity };

/** Where a device hangs, and who its nearest USB or PCI device is; from the device upwards. */
const pluggedInto = async (device: string): Promise<Plugged> => {
  let place: string | null = null;
  let at = device;
  for (let level = 0; level < MAX_LEVELS && at !== dirname(at); level++) {
    const name = basename(at);
    if (isUsbInterface.test(name)) place ??= name;
    if (isUsb(name)) return { path: place ?? name, identity: await usbIdentity(at) };
    if (isPci.test(name))
      return {
        path: place === null ? name : `${name}/${place}`,
        identity: await pciIdentity(at),
      };
    if (isPlace.test(name)) place ??= name;
    at = dirname(at);
  }
  return { path: place ?? basename(device), identity: NOBODY };
};

/** A device of a class that has hardware behind it; null for software. */
const behind = async (sysfs: string, kind: string, entry: string): Promise<string | null> => {
  const own = await realOf(join(sysfs, 'class', kind, entry));
  if (own === null || own.includes('/devices/virtual/')) return null;
  return realOf(join(own, 'device'));
};

const usbParts = async (
  sysfs: string,
  isWanted: (name: string) => boolean,
): Promise<readonly Part[]> => {
  const folder = join(sysfs, 'bus', 'usb', 'devices');
  const parts: Part[] = [];
  for (const entry of await entriesOf(folder)) {
    if (!isWanted(entry)) continue;
    const identity = await usbIdentity(join(folder, entry));
    // The kernel tells these two of every device: it was pulled out since.
    if (identity.vendor === null && identity.product === null) continue;
    parts.push({ kind: 'usb', path: entry, ...identity });
  }
  return parts;
};

/**
 * What is plugged in at USB alone: quick enough to be asked every second. Without the root hubs: while one looks at
 * its ports, which takes a quarter of a second each, it tells nobody its name (usb_lock_device_interruptible in
 * drivers/usb/core/sysfs.c).
 */
export const readPluggedUsb = (sysfs: string): Promise<readonly Part[]> =>
  usbParts(sysfs, isPluggedUsb);

const classParts = async (
  sysfs: string,
  classes: string,
  describe: (entry: string, own: string, device: string) => Promise<Part | null>,
): Promise<readonly Part[]> => {
  const parts: Part[] = [];
  for (const entry of await entriesOf(join(sysfs, 'class', classes))) {
    const device = await behind(sysfs, classes, entry);
    const part =
      device === null ? null : await describe(entry, join(sysfs, 'class', classes, entry), device);
    if (part !== null) parts.push(part);
  }
  return parts;
};

/** Of what else may be told by the device itself, the first that is. */
const firstOf = async (folder: string, names: readonly string[]): Promise<string | null> => {
  for (const name of names) {
    const text = partText(await attribute(folder, name));
    if (text !== null) return text;
  }
  return null;
};

const partOf = (kind: PartKind, { path, identity }: Plugged, own: Partial<Identity>): Part => ({
  kind,
  path: partText(path) ?? '?',
  vendor: own.vendor ?? identity.vendor,
  product: own.product ?? identity.product,
  serial: own.serial ?? identity.serial,
  name: own.name ?? identity.name,
});

const serialParts = (sysfs: string): Promise<readonly Part[]> =>
  classParts(sysfs, 'tty', async (entry, own, device) => {
    // 8250 ports that the kernel keeps ready have type 0, PORT_UNKNOWN, where there is no chip.
    if ((await attribute(own, 'type')) === '0') return null;
    const plugged = await pluggedInto(device);
    // Ports of one chip are told apart by their number on it.
    const port = /^tty[A-Z]+\d+$/.test(entry) && plugged.identity === NOBODY ? `/${entry}` : '';
    return partOf('serial', { ...plugged, path: `${plugged.path}${port}` }, {});
  });

const blockParts = (sysfs: string): Promise<readonly Part[]> =>
  classParts(sysfs, 'block', async (_, own, device) => {
    if ((await attribute(own, 'partition')) !== null) return null;
    return partOf('block', await pluggedInto(device), {
      name: await firstOf(device, ['model', 'name']),
      serial: await firstOf(device, ['serial', 'cid']),
    });
  });

const networkParts = (sysfs: string): Promise<readonly Part[]> =>
  classParts(sysfs, 'net', async (_, own, device) =>
    partOf('network', await pluggedInto(device), {
      serial: partText(await attribute(own, 'address')),
    }),
  );

/** `include/uapi/linux/if.h`. */
const IFF_UP = 0x1;
/** `include/uapi/linux/if_arp.h`, ARPHRD_LOOPBACK. */
const LOOPBACK = '772';

/**
 * Every interface but the loopback, sorted by name, whatever drives it. An interface that is down answers
 * to `carrier` with an error: there is none then.
 */
export const readSysfsNetworks = async (sysfs: string): Promise<readonly NetworkInterface[]> => {
  const found: NetworkInterface[] = [];
  for (const entry of await entriesOf(join(sysfs, 'class', 'net'))) {
    const own = join(sysfs, 'class', 'net', entry);
    // The folder has files of its own as well (bonding_masters).
    const flags = await attribute(own, 'flags');
    if (flags === null || (await attribute(own, 'type')) === LOOPBACK) continue;
    found.push({
      name: partText(entry) ?? '?',
      up: (Number.parseInt(flags, 16) & IFF_UP) !== 0,
      carrier: (await attribute(own, 'carrier')) === '1',
    });
  }
  return found;
};

const hidParts = (sysfs: string): Promise<readonly Part[]> =>
  classParts(sysfs, 'hidraw', async (_, __, device) => {
    const told = hidIdentity((await attribute(device, 'uevent')) ?? '');
    const plugged = await pluggedInto(device);
    const path = plugged.identity === NOBODY ? (told.path ?? plugged.path) : plugged.path;
    return partOf('hid', { ...plugged, path }, told.identity);
  });

const KIND_ORDER = [
  'usb',
  'serial',
  'block',
  'network',
  'hid',
] as const satisfies readonly PartKind[];
const keyOf = (part: Part): string =>
  [KIND_ORDER.indexOf(part.kind), part.path, part.name ?? ''].join('\0');

/** All parts of the tree at `sysfs`, sorted by kind, path and name; empty when there is no such tree. */
export const readSysfsParts = async (sysfs: string): Promise<readonly Part[]> => {
  const parts = [
    ...(await usbParts(sysfs, isUsb)),
    ...(await serialParts(sysfs)),
    ...(await blockParts(sysfs)),
    ...(await networkParts(sysfs)),
    ...(await hidParts(sysfs)),
  ];
  return parts.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
};
