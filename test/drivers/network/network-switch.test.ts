/** The switch of a network interface, on files that look like the kernel's (sysfs-class-net). */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSysfsNetworks } from '#drivers/inventory/sysfs.ts';
import { makeSysfsNetworkSwitch } from '#drivers/network/network-switch.ts';

let sysfs = '';
const flagsFile = (): string => join(sysfs, 'class/net/eth0/flags');
const put = (flags: string): void => {
  mkdirSync(join(sysfs, 'class/net/eth0'), { recursive: true });
  writeFileSync(flagsFile(), flags);
};
const flags = (): string => readFileSync(flagsFile(), 'latin1').trim();
const wire = () => makeSysfsNetworkSwitch({ sysfs, interface: 'eth0' });

beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), 'urna-sysfs-'));
});
afterEach(() => rmSync(sysfs, { recursive: true, force: true }));

describe('the network switch', () => {
  test('sets and clears the one flag and leaves the others', async () => {
    // BROADCAST and MULTICAST: an interface of a unit that has just started.
    put('0x1002\n');
    expect(await wire().set(true)).toEqual({ ok: true, value: undefined });
    expect(flags()).toBe('0x1003');
    expect((await readSysfsNetworks(sysfs)).map(({ up }) => up)).toEqual([true]);
    expect((await wire().set(true)).ok).toBe(true);
    expect(flags()).toBe('0x1003');
    expect((await wire().set(false)).ok).toBe(true);
    expect(flags()).toBe('0x1002');
    expect((await readSysfsNetworks(sysfs)).map(({ up }) => up)).toEqual([false]);
  });

  test('says that there is no such interface', async () => {
    expect(await wire().set(true)).toMatchObject({
      ok: false,
      error: { device: 'network', kind: 'absent' },
    });
  });

  test.each(['', 'up', '1002', '0x', '0x1002 0x1003'])('takes %j for no flags', async (text) => {
    put(text);
    expect(await wire().set(true)).toMatchObject({ ok: false, error: { kind: 'garbled' } });
    expect(readFileSync(flagsFile(), 'latin1')).toBe(text);
  });

  test.skipIf(process.getuid?.() === 0)('says when the system does not let it', async () => {
    put('0x1002\n');
    chmodSync(flagsFile(), 0o444);
    expect(await wire().set(true)).toMatchObject({ ok: false, error: { kind: 'broken' } });
  });
});
