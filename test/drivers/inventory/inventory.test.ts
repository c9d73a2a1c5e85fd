/** What is attached, out of a tree as sysfs has it. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeSysfsInventory } from '#drivers/inventory/driver.ts';
import { EMULATED_MODULE, makeEmulatedInventory } from '#drivers/inventory/emulator.ts';
import { partText } from '#drivers/inventory/part-text.ts';
import { readSysfsParts } from '#drivers/inventory/sysfs.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { INVENTORY_LIMIT_MS, MAX_PART_TEXT, MAX_PARTS, type Part } from '#hal/inventory.ts';
import { endFifo, makeFifo, makeScratch, until } from '../storage/folder-rig.ts';
import { plugKeypad, unplugKeypad, writeSysfsTree } from './sysfs-tree.ts';

const freshFolder = makeScratch('sysfs');
const fresh = () => {
  const sysfs = freshFolder();
  writeSysfsTree(sysfs);
  const clock = makeVirtualClock(0);
  return { sysfs, clock, inventory: makeSysfsInventory({ clock, sysfs }) };
};
const short = ({ kind, path, vendor, product, serial, name }: Part): string =>
  [kind, path, vendor, product, serial, name].map((each) => each ?? '-').join(' | ');

describe('the inventory of a tree', () => {
  test('names all that is attached, by where it is, and nothing that is software only', async () => {
    const { inventory } = fresh();
    const read = await inventory.read();
    expect(read.ok && read.value.map(short)).toEqual([
      'usb | 1-1 | 05e3 | 0608 | - | USB2.0 Hub',
      'usb | 1-1.2 | 1a86 | 7523 | - | USB Serial',
      'usb | 1-1.3 | 222a | 0001 | ?B-12 | Touch?[31m Panel',
      'usb | 1-4 | 0951 | 1666 | 60A44C3FAE93 | DataTraveler',
      'usb | usb1 | 1d6b | 0002 | 0000:00:14.0 | xHCI Host Controller',
      'serial | 1-1.2:1.0 | 1a86 | 7523 | - | USB Serial',
      'serial | serial8250/ttyS0 | - | - | - | -',
      'block | 0000:00:1c.0/mmc0:0001 | 8086 | 0f16 | 0x1b2c3d4e | 8GTF4R',
      'block | 1-4:1.0 | 0951 | 1666 | 60A44C3FAE93 | DataTraveler 3.0',
      'network | 0000:02:00.0 | 10ec | 8168 | 00:e0:4c:68:00:01 | -',
      'hid | 1-1.3:1.0 | 222a | 0001 | ?B-12 | ILITEK ILITEK-TP',
    ]);
  });

  test('tells network interfaces: which is up, which is connected; the loopback is none', async () => {
    const { inventory, sysfs } = fresh();
    const card = join(sysfs, 'class/net/enp2s0');
    expect(await inventory.networks()).toEqual({
      ok: true,
      value: [{ name: 'enp2s0', up: false, carrier: false }],
    });
    writeFileSync(join(card, 'flags'), '0x1003\n');
    writeFileSync(join(card, 'carrier'), '1\n');
    // A tunnel is software only, and leads outside all the same.
    const tunnel = join(sysfs, 'devices/virtual/net/wg0');
    mkdirSync(tunnel, { recursive: true });
    writeFileSync(join(tunnel, 'flags'), '0x91\n');
    writeFileSync(join(tunnel, 'type'), '65534\n');
    symlinkSync(tunnel, join(sysfs, 'class/net/wg0'));
    writeFileSync(join(sysfs, 'class/net/bonding_masters'), '\n');
    expect(await inventory.networks()).toEqual({
      ok: true,
      value: [
        { name: 'enp2s0', up: true, carrier: true },
        { name: 'wg0', up: true, carrier: false },
      ],
    });
  });

  test('looks anew at each call', async () => {
    const { inventory, sysfs } = fresh();
    const names = async (): Promise<readonly (string | null)[]> => {
      const read = await inventory.read();
      return read.ok ? read.value.map(({ name }) => name) : [];
    };
    expect(await names()).not.toContain('USB Keypad');
    plugKeypad(sysfs);
    expect(await names()).toContain('USB Keypad');
    unplugKeypad(sysfs);
    expect(await names()).not.toContain('USB Keypad');
  });

  test('a device that is pulled out while it is looked at is not there', async () => {
    const { inventory, sysfs } = fresh();
    const before = await inventory.read();
    // Its name was read, and what it leads to is gone.
    symlinkSync('../../../devices/gone/1-9', join(sysfs, 'bus/usb/devices/1-9'));
    expect(before.ok).toBe(true);
    expect(await inventory.read()).toEqual(before);
  });

  test('a tree that is not there is absent, an empty one has no parts', async () => {
    const clock = makeVirtualClock(0);
    const missing = makeSysfsInventory({ clock, sysfs: join(freshFolder(), 'none') });
    expect(await missing.read()).toMatchObject({ error: { device: 'inventory', kind: 'absent' } });
    const empty = makeSysfsInventory({ clock, sysfs: freshFolder() });
    expect(await empty.read()).toEqual({ ok: true, value: [] });
  });

  test('more parts than a unit can have are garbled', async () => {
    const { inventory, sysfs } = fresh();
    for (let port = 1; port <= MAX_PARTS; port++) {
      const folder = join(sysfs, 'bus/usb/devices', `2-${port}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'idVendor'), '1234\n');
    }
    expect(await inventory.read()).toMatchObject({ error: { kind: 'garbled' } });
  });

  test('an attribute that never answers is a timeout; then the next look works', async () => {
    const { inventory, sysfs, clock } = fresh();
    const stuck = join(sysfs, 'bus/usb/devices/1-1/serial');
    makeFifo(stuck);
    expect(await clock.run(inventory.read())).toMatchObject({ error: { kind: 'timeout' } });
    expect(clock.nowMs()).toBe(INVENTORY_LIMIT_MS);
    endFifo(stuck);
    await until(async () => (await inventory.read()).ok);
  });

  test.skipIf(!existsSync('/sys/class'))('reads this machine’s own tree', async () => {
    const parts = await readSysfsParts('/sys');
    for (const part of parts) expect(part.path).not.toBe('');
  });
});

describe('what a part says of itself', () => {
  test.each([
    ['  TM-T20  ', 'TM-T20'],
    ['a\u001b[2Jb\u0007\nc', 'a?[2Jb??c'],
    ['ñ', '?'],
    ['', null],
    ['   ', null],
    ['x'.repeat(200), 'x'.repeat(MAX_PART_TEXT)],
    [`${'x'.repeat(MAX_PART_TEXT - 1)} y`, 'x'.repeat(MAX_PART_TEXT - 1)],
  ])('%j is told as %j', (text, told) => {
    expect(partText(text)).toBe(told);
  });
});

describe('the emulated inventory', () => {
  test('has what is plugged in, and loses what is pulled out with all that hangs on it', async () => {
    const clock = makeVirtualClock(0);
    const inventory = makeEmulatedInventory(clock);
    const before = inventory.parts();
    for (const part of EMULATED_MODULE) inventory.plug(part);
    expect(await clock.run(inventory.read())).toEqual({
      ok: true,
      value: [...before, ...EMULATED_MODULE],
    });
    inventory.unplug('1-4');
    expect(await clock.run(inventory.read())).toEqual({ ok: true, value: before });
  });

  test.each([
    ['hung', 'timeout'],
    ['absent', 'absent'],
  ] as const)('%s shows as %s', async (kind, shown) => {
    const clock = makeVirtualClock(0);
    const inventory = makeEmulatedInventory(clock);
    inventory.behave({ kind });
    expect(await clock.run(inventory.read())).toMatchObject({ error: { kind: shown } });
    expect(clock.nowMs()).toBeLessThanOrEqual(INVENTORY_LIMIT_MS);
  });
});
