/**
 * What is attached to the rack's unit, as a tree that looks like sysfs (drivers/inventory/sysfs.ts reads
 * it): the emulated unit's parts, and the memory module while it is in.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Part } from '#hal/inventory.ts';

const USB_ROOT = 'devices/pci0000:00/0000:00:14.0/usb1';
const CLASS_OF = { serial: 'tty', block: 'block', hid: 'hidraw', network: 'net' } as const;
const NODE_OF = { serial: 'ttyACM', block: 'sd', hid: 'hidraw', network: 'eth' } as const;

export type RackParts = {
  /** The root of the tree. */
  readonly folder: string;
  plug(parts: readonly Part[]): void;
  unplug(parts: readonly Part[]): void;
};

/** Writes the tree anew at `folder`, with `parts` plugged in. */
export const makeRackParts = (folder: string, parts: readonly Part[]): RackParts => {
  rmSync(folder, { recursive: true, force: true });
  let nodes = 0;
  /** Links and folders of each part, by kind and path. */
  const made = new Map<string, readonly string[]>();
  const put = (path: string, text: string | null): void => {
    if (text === null) return;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    mkdirSync(join(folder, target), { recursive: true });
    symlinkSync(join(folder, target), join(folder, path));
  };
  /** A USB device; `1-1.4:1.0` is an interface of `1-1.4`. */
  const usbFolder = (path: string): string => `${USB_ROOT}/${path.split(':')[0]}`;
  const plugUsb = ({ path, vendor, product, serial, name }: Part): readonly string[] => {
    const at = usbFolder(path);
    put(`${at}/idVendor`, vendor);
    put(`${at}/idProduct`, product);
    put(`${at}/serial`, serial);
    put(`${at}/product`, name);
    const entry = `bus/usb/devices/${path}`;
    link(entry, at);
    return [entry, at];
  };
  const plugNode = (part: Part, kind: Exclude<Part['kind'], 'usb'>): readonly string[] => {
    const onUsb = part.path.includes(':1.');
    const device = onUsb
      ? `${usbFolder(part.path)}/${part.path}/${kind}`
      : `devices/platform/host/${part.path}`;
    const node = `${NODE_OF[kind]}${nodes++}`;
    const own = `${device}/${CLASS_OF[kind]}/${node}`;
    const entry = `class/${CLASS_OF[kind]}/${node}`;
    if (kind === 'hid')
      put(
        `${device}/uevent`,
        `HID_ID=0003:0000${part.vendor}:0000${part.product}\nHID_NAME=${part.name}\nHID_UNIQ=${part.serial}`,
      );
    if (kind === 'block') {
      put(`${device}/model`, part.name);
      put(`${device}/serial`, part.serial);
    }
    if (kind === 'network') put(`${own}/address`, part.serial);
    link(`${own}/device`, device);
    link(entry, own);
    return [entry, device];
  };
  const rack: RackParts = {
    folder,
    plug: (added) => {
      for (const part of added) {
        const { kind } = part;
        made.set(`${kind} ${part.path}`, kind === 'usb' ? plugUsb(part) : plugNode(part, kind));
      }
    },
    unplug: (removed) => {
      for (const { kind, path } of removed) {
        for (const each of made.get(`${kind} ${path}`) ?? [])
          rmSync(join(folder, each), { recursive: true, force: true });
        made.delete(`${kind} ${path}`);
      }
    },
  };
  rack.plug(parts);
  return rack;
};
