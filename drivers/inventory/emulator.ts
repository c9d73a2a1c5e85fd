/** An emulated inventory: parts that are plugged in and pulled out, and a system that tells nothing. */
import { type Clock, wait } from '#hal/clock.ts';
import {
  INVENTORY_LIMIT_MS,
  type Inventory,
  type InventoryFault,
  MAX_PARTS,
  type NetworkInterface,
  type Part,
  type PartKind,
} from '#hal/inventory.ts';
import { err, ok, type Result } from '#hal/result.ts';

/** A look through sysfs takes about this. */
const LOOK_MS = 20;

const usb = (
  path: string,
  vendor: string,
  product: string,
  name: string,
  serial: string,
): Part => ({
  kind: 'usb',
  path,
  vendor,
  product,
  serial,
  name,
});
/** What hangs on a USB device: the same of it, at its interface. */
const on = (part: Part, kind: PartKind): Part => ({ ...part, kind, path: `${part.path}:1.0` });

const READER = usb('1-1.1', '1a86', '7523', 'USB Serial', 'R503-0001');
const PRINTER = usb('1-1.2', '04b8', '0e28', 'TM-T20', 'J6LF000001');
const POWER = usb('1-1.3', '2341', '0043', 'Arduino Uno', '75430313636351F0A1C2');
const DISPLAY = usb('1-1.4', '2341', '0043', 'Arduino Uno', '75430313636351F0B2D3');
const PANEL = usb('1-2', '222a', '0001', 'ILITEK Multi-Touch', 'PANEL-0001');
const KEYPAD = usb('1-3.1', '04d9', 'a02a', 'USB Keypad', 'KP-0001');
const VOTER_KEYPAD = usb('1-3.2', '04d9', 'a02b', 'USB Keypad', 'KP-0002');

/** The parts of the emulated unit. */
export const EMULATED_PARTS: readonly Part[] = [
  READER,
  PRINTER,
  POWER,
  DISPLAY,
  PANEL,
  KEYPAD,
  VOTER_KEYPAD,
  on(READER, 'serial'),
  on(POWER, 'serial'),
  on(DISPLAY, 'serial'),
  {
    ...READER,
    kind: 'block',
    path: 'mmc0:0001',
    vendor: null,
    product: null,
    serial: '0x1b2c3d4e',
    name: '8GTF4R',
  },
  on(PANEL, 'hid'),
  on(KEYPAD, 'hid'),
  on(VOTER_KEYPAD, 'hid'),
];

/** The removable memory module, which comes and goes. */
export const EMULATED_MODULE: readonly Part[] = [
  usb('1-4', '0951', '1666', 'Memory module', 'MODULE-0001'),
  on(usb('1-4', '0951', '1666', 'Memory module', 'MODULE-0001'), 'block'),
];

export type InventoryBehaviour = { readonly kind: 'hung' } | { readonly kind: 'absent' };

export type EmulatedInventory = Inventory & {
  plug(part: Part): void;
  /** Takes out everything at `path` and below it. */
  unplug(path: string): void;
  parts(): readonly Part[];
  behave(behaviour: InventoryBehaviour | null): void;
  setNetworks(networks: readonly NetworkInterface[]): void;
};

const fault = (kind: InventoryFault['kind'], detail: string): Result<never, InventoryFault> =>
  err({ device: 'inventory', kind, detail });

/** With a clock a look takes its time. */
export const makeEmulatedInventory = (
  clock: Clock,
  initial: readonly Part[] = EMULATED_PARTS,
): EmulatedInventory => {
  let attached: readonly Part[] = initial;
  let networks: readonly NetworkInterface[] = [{ name: 'eth0', up: false, carrier: false }];
  let behaviour: InventoryBehaviour | null = null;
  /** What the system answers instead; null: it tells. */
  const hindrance = async (): Promise<Result<never, InventoryFault> | null> => {
    const hangs = behaviour?.kind === 'hung';
    await wait(clock, hangs ? INVENTORY_LIMIT_MS : LOOK_MS);
    if (hangs) return fault('timeout', 'the system does not answer');
    if (behaviour?.kind === 'absent') return fault('absent', 'the system tells nothing');
    return null;
  };
  return {
    networks: async () => (await hindrance()) ?? ok(networks),
    setNetworks: (next) => {
      networks = next;
    },
    read: async () => {
      const hindered = await hindrance();
      if (hindered !== null) return hindered;
      if (attached.length > MAX_PARTS) return fault('garbled', `${attached.length} parts`);
      return ok(attached);
    },
    plug: (part) => {
      attached = [...attached, part];
    },
    unplug: (path) => {
      attached = attached.filter((part) => part.path !== path && !part.path.startsWith(`${path}:`));
    },
    parts: () => attached,
    behave: (next) => {
      behaviour = next;
    },
  };
};
