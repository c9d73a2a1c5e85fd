/**
 * Kernel modules: a closed list by purpose, and what each of them needs. A device whose driver is not listed
 * stays without one: there is no sound, no camera, no radio. Network cards are for what is sent after the count;
 * the unit switches them on then, and nothing does before.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch } from '#boot/release/which-files.ts';

/** Loaded by the initramfs, in this order: what the disk hangs on, then what the root is read through. */
export const START_MODULES = {
  x64: [
    'ahci',
    'sd_mod',
    'nvme',
    'sdhci-pci',
    'sdhci-acpi',
    'mmc_block',
    'virtio_pci',
    'virtio_blk',
    'dm-verity',
    'squashfs',
  ],
  arm64: [
    'nvme',
    'sdhci-iproc',
    'sdhci-acpi',
    'sdhci-pci',
    'mmc_block',
    'ahci',
    'sd_mod',
    'virtio_pci',
    'virtio_mmio',
    'virtio_blk',
    'dm-verity',
    'squashfs',
  ],
} as const satisfies Record<Arch, readonly string[]>;

/** At hand in the root, loaded when the unit's own list asks for them. */
const DEVICE_MODULES = [
  // USB, and what hangs on it
  'xhci-pci',
  'xhci-hcd',
  'ehci-pci',
  'usbserial',
  'ftdi_sio',
  'cp210x',
  'ch341',
  'cdc-acm',
  'usbhid',
  'hid-generic',
  'hid-multitouch',
  'usb-storage',
  'uas',
  // Media: the data partition, officers' tokens and deliveries
  'ext4',
  'crc32c_generic',
  'vfat',
  'nls_ascii',
  'nls_cp437',
  'nls_utf8',
  'nls_iso8859-1',
  'dm-crypt',
  'xts',
  'efivarfs',
  // Cells
  'at24',
  'virtio-rng',
] as const;

const OWN_MODULES = {
  x64: [
    'bochs',
    'virtio_net',
    'r8169',
    'e1000e',
    'igb',
    'i6300esb',
    'iTCO_wdt',
    'sp5100_tco',
    'i2c-i801',
    'aesni-intel',
    'sha256-ssse3',
  ],
  arm64: [
    'bochs',
    'virtio_net',
    'genet',
    'virtio-gpu',
    'i6300esb',
    'bcm2835_wdt',
    'i2c-bcm2835',
    'aes-ce-blk',
    'sha2-ce',
    'vc4',
    'tpm_tis_spi',
  ],
} as const satisfies Record<Arch, readonly string[]>;

export const rootModules = (arch: Arch): readonly string[] => [
  ...START_MODULES[arch],
  ...DEVICE_MODULES,
  ...OWN_MODULES[arch],
];

/** `-` and `_` are the same letter in a module's name. */
const nameOf = (name: string): string => name.replaceAll('-', '_');

type Modules = {
  /** Path below the kernel's folder by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly builtIn: ReadonlySet<string>;
};

const listModules = (folder: string): Modules => {
  const files = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const name = /([^/]+)\.ko$/.exec(path)?.[1];
    if (name !== undefined) files.set(nameOf(name), path);
  }
  const builtIn = readFileSync(join(folder, 'modules.builtin'), 'utf8')
    .split('\n')
    .flatMap((path) => /([^/]+)\.ko$/.exec(path)?.[1] ?? []);
  return { files, builtIn: new Set(builtIn.map(nameOf)) };
};

/** What a module says of itself (section .modinfo): strings `name=value`, each ended by a zero. */
const infoOf = (content: string, name: string): readonly string[] =>
  [...content.matchAll(new RegExp(`\\0${name}=([^\\0]*)\\0`, 'g'))].map(([, value]) => value ?? '');

const needsOf = (folder: string, path: string): readonly string[] => {
  const content = readFileSync(join(folder, path), 'latin1');
  const hard = infoOf(content, 'depends').flatMap((names) => names.split(','));
  const soft = infoOf(content, 'softdep').flatMap((text) =>
    (/pre: (.*?)(?: post:|$)/.exec(text)?.[1] ?? '').split(' '),
  );
  return [...hard, ...soft].filter((name) => name !== '');
};

/**
 * Paths of `names` and of all that they need, below `folder` (lib/modules/RELEASE), in an order in which they
 * can be loaded. Throws when there is none of a name, built in or not: the list is wrong, or the kernel is.
 */
export const modulesWithNeeds = (folder: string, names: readonly string[]): readonly string[] => {
  const { files, builtIn } = listModules(folder);
  const found = new Set<string>();
  const asked = new Set<string>();
  const add = (name: string, soft: boolean): void => {
    if (asked.has(name)) return;
    asked.add(name);
    const path = files.get(name);
    if (path === undefined) {
      // What is wanted softly may be an alias, or not be there.
      if (soft || builtIn.has(name)) return;
      throw new Error(`this kernel has no module ${name}`);
    }
    for (const need of needsOf(folder, path)) add(nameOf(need), true);
    found.add(path);
  };
  for (const name of names) add(nameOf(name), false);
  return [...found];
};
