/** What runs before the root is there: a static shell for one script, the modules of disks, and dmsetup. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { UNTYPED_LOADER } from '#boot/release/untyped.ts';
import type { Arch } from '#boot/release/which-files.ts';
import { type CpioEntry, cpioArchive } from './cpio.ts';
import { LOADER, TRIPLET } from './debian/contents.ts';
import { modulesWithNeeds, START_MODULES } from './modules.ts';
import { inDebian } from './root-tree.ts';

const SCRIPT = new URL('./init', import.meta.url);

/** What the script calls; the shell itself is one of them. */
const APPLETS = ['cat', 'echo', 'env', 'insmod', 'mount', 'sh', 'switch_root', 'usleep'] as const;
/** dmsetup's needs, as its ELF header and theirs name them. */
const LIBRARIES = [
  'libc.so.6',
  'libdevmapper.so.1.02.1',
  'libm.so.6',
  'libpcre2-8.so.0',
  'libselinux.so.1',
  'libudev.so.1',
] as const;
const FOLDERS = ['bin', 'dev', 'lib', 'lib64', 'modules', 'proc', 'root', 'sys'] as const;
const ZSTD_LEVEL = 19;

type Parts = {
  readonly arch: Arch;
  /** Unpacked: busybox-static, dmsetup, and the libraries. */
  readonly start: string;
  readonly debian: string;
  readonly kernelPackage: string;
  readonly kernel: string;
};

const libraryAt = (debian: string, arch: Arch, name: string): string => {
  const places = [`lib/${TRIPLET[arch]}/${name}`, `usr/lib/${TRIPLET[arch]}/${name}`];
  const found = places.map((each) => join(debian, each)).find(existsSync);
  if (found === undefined) throw new Error(`the locked packages have no ${name}`);
  return realpathSync(found);
};

/** The script with this processor's Node in it. */
const scriptFor = (arch: Arch): Uint8Array =>
  Buffer.from(
    readFileSync(SCRIPT, 'utf8')
      .replace('NODE_PATH', `/urna/node_modules/node-linux-${arch}/bin/node`)
      .replace('NODE_OPTIONS', `--import=/urna/${UNTYPED_LOADER}`),
  );

const moduleEntries = ({ arch, kernelPackage, kernel }: Parts): readonly CpioEntry[] => {
  const folder = inDebian(kernelPackage, `lib/modules/${kernel}`);
  const paths = modulesWithNeeds(folder, START_MODULES[arch]);
  const order = paths.map((path) => `${basename(path)}\n`).join('');
  return [
    { path: 'modules/order', kind: 'file', content: Buffer.from(order), program: false },
    ...paths.map((path): CpioEntry => {
      const content = readFileSync(join(folder, path));
      return { path: `modules/${basename(path)}`, kind: 'file', content, program: false };
    }),
  ];
};

const program = (path: string, from: string): CpioEntry => ({
  path,
  kind: 'file',
  content: readFileSync(from),
  program: true,
});

/** Compressed with zstd. */
export const makeInitramfs = (parts: Parts): Uint8Array => {
  const { arch, start, debian } = parts;
  const archive = cpioArchive([
    ...FOLDERS.map((path): CpioEntry => ({ path, kind: 'folder' })),
    // The kernel opens it before anything is mounted.
    { path: 'dev/console', kind: 'characterDevice', major: 5, minor: 1 },
    { path: 'init', kind: 'file', content: scriptFor(arch), program: true },
    program('bin/busybox', inDebian(start, 'bin/busybox')),
    ...APPLETS.map((name): CpioEntry => ({ path: `bin/${name}`, kind: 'link', to: 'busybox' })),
    program('bin/dmsetup', inDebian(start, 'sbin/dmsetup')),
    program(LOADER[arch], libraryAt(debian, arch, basename(LOADER[arch]))),
    ...LIBRARIES.map((name) => program(`lib/${name}`, libraryAt(debian, arch, name))),
    ...moduleEntries(parts),
  ]);
  return zstdCompressSync(archive, {
    params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
  });
};
