/**
 * Switches a network interface by its flags in sysfs (Documentation/ABI/testing/sysfs-class-net; IFF_UP of
 * netdevice(7)): no program, no socket, no native code. Writing needs CAP_NET_ADMIN. Once it is up the
 * kernel gives it an IPv6 address by the routers' word (RFC 4862); addresses by DHCP are nobody's here.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkFault, NetworkSwitch } from '#hal/network-switch.ts';
import { done, err, type Result } from '#hal/result.ts';

const IFF_UP = 0x1;
/** As the kernel writes them: `0x1003`. */
const FLAGS = /^0x[0-9a-f]{1,8}$/;

export type NetworkSwitchOptions = {
  /** Root of the tree, as a rule `/sys`. */
  readonly sysfs: string;
  readonly interface: string;
};

const fault = (kind: NetworkFault['kind'], detail: string): Result<never, NetworkFault> =>
  err({ device: 'network', kind, detail });

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';

export const makeSysfsNetworkSwitch = ({
  sysfs,
  interface: name,
}: NetworkSwitchOptions): NetworkSwitch => {
  const path = join(sysfs, 'class', 'net', name, 'flags');
  const read = async (): Promise<number | null> => {
    const text = (await readFile(path, 'latin1')).trim();
    return FLAGS.test(text) ? Number.parseInt(text, 16) : null;
  };
  const isOn = (flags: number): boolean => (flags & IFF_UP) !== 0;
  return {
    set: async (on) => {
      try {
        const before = await read();
        if (before === null) return fault('garbled', `${path} holds no flags`);
        if (isOn(before) === on) return done;
        const wanted = on ? before | IFF_UP : before & ~IFF_UP;
        await writeFile(path, `0x${wanted.toString(16)}\n`, { flag: 'r+' });
        const after = await read();
        if (after !== null && isOn(after) === on) return done;
        return fault('broken', `${name} does not go ${on ? 'up' : 'down'}`);
      } catch (error) {
        const code = codeOf(error);
        return fault(code === 'ENOENT' ? 'absent' : 'broken', `${path}: ${code}`);
      }
    },
  };
};
