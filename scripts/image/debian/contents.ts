/**
 * What is taken out of Debian's packages, and where it goes: a closed list. Nothing else of a package comes
 * into an image: no shell but that of the initramfs, no package manager, no documentation.
 */
import type { Arch } from '#boot/release/which-files.ts';

/** Folder of shared libraries (Debian multiarch). */
export const TRIPLET = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
} as const satisfies Record<Arch, string>;

/** Where the dynamic loader is expected (System V ABI of each processor); it lies beside the libraries. */
export const LOADER = {
  x64: 'lib64/ld-linux-x86-64.so.2',
  arm64: 'lib/ld-linux-aarch64.so.1',
} as const satisfies Record<Arch, string>;

/** Their shared libraries, those alone. */
export const LIBRARIES = [
  // Node and its add-ons.
  'libc6',
  'libgcc-s1',
  'libstdc++6',
  'libudev1',
  'libusb-1.0-0',
  'zlib1g',
  // bwrap, mount
  'libblkid1',
  'libcap2',
  'libmount1',
  'libpcre2-8-0',
  'libselinux1',
  // cryptsetup, dmsetup
  'libargon2-1',
  'libcryptsetup12',
  'libdevmapper1.02.1',
  'libjson-c5',
  'libpopt0',
  'libssl3',
  'libuuid1',
  // kmod
  'liblzma5',
  'libzstd1',
  // mke2fs, e2fsck
  'libcom-err2',
  'libext2fs2',
] as const;

/** Programs by package: path in the package (below usr/ or not), path in the root. */
export const PROGRAMS = {
  bubblewrap: [['usr/bin/bwrap', 'usr/bin/bwrap']],
  'cryptsetup-bin': [['sbin/cryptsetup', 'usr/sbin/cryptsetup']],
  e2fsprogs: [
    ['sbin/mke2fs', 'usr/sbin/mke2fs'],
    ['sbin/e2fsck', 'usr/sbin/e2fsck'],
    ['sbin/tune2fs', 'usr/sbin/tune2fs'],
    ['etc/mke2fs.conf', 'etc/mke2fs.conf'],
  ],
  kmod: [['bin/kmod', 'usr/bin/kmod']],
  mount: [
    ['bin/mount', 'usr/bin/mount'],
    ['bin/umount', 'usr/bin/umount'],
  ],
  tini: [['usr/bin/tini-static', 'usr/sbin/tini-static']],
} as const satisfies Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** Other names under which programs look at what they are to do. */
export const LINKS: readonly (readonly [path: string, to: string])[] = [
  ['bin', 'usr/bin'],
  ['lib', 'usr/lib'],
  ['lib64', 'usr/lib64'],
  ['sbin', 'usr/sbin'],
  ['usr/sbin/modprobe', '../bin/kmod'],
  ['usr/sbin/mkfs.ext4', 'mke2fs'],
  ['etc/mtab', '../proc/self/mounts'],
];

/** Used while starting, or on the build's way; of no use in the root. */
export const START_PACKAGES = ['busybox-static', 'dmsetup', 'systemd-boot-efi'] as const;

/** All that is locked, besides the kernel, whose name changes with its version. */
export const PACKAGES: readonly string[] = [
  ...LIBRARIES,
  ...Object.keys(PROGRAMS),
  ...START_PACKAGES,
].sort();
