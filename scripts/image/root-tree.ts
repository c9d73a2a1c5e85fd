/** The root of a unit, file by file, before it becomes a squashfs: programs, libraries, modules, the release. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReleaseManifest } from '#boot/release/manifest.ts';
import type { Arch } from '#boot/release/which-files.ts';
import { LINKS, LOADER, PROGRAMS, TRIPLET } from './debian/contents.ts';
import { modulesWithNeeds, rootModules } from './modules.ts';
import { runTool } from './tools.ts';

/** Mount points, and folders that programs want to find. */
const FOLDERS = [
  'dev',
  'efi',
  'etc',
  'media/urna/delivery',
  'media/urna/module',
  'media/urna/token',
  'proc',
  'run',
  'sys',
  'tmp',
  'urna',
  'usr/bin',
  'usr/sbin',
  'var/lib/urna',
] as const;

/** One user a process, each with a group of the same name and number. */
export const USERS = {
  'urna-supervisor': 901,
  'urna-desk': 902,
  'urna-booth': 903,
  'urna-counting': 904,
  'urna-console': 905,
  'urna-sender': 906,
} as const;

const ACCOUNTS = [['root', 0], ...Object.entries(USERS)] as const;
/** No program to log in with: there is none. */
const passwd = (): string =>
  ACCOUNTS.map(([name, id]) => `${name}:x:${id}:${id}::/:/nonexistent\n`).join('');
const group = (): string => ACCOUNTS.map(([name, id]) => `${name}:x:${id}:\n`).join('');

type Put = {
  /** Without any of the bits that lend a program another's rights. */
  readonly file: (from: string, to: string, program: boolean) => void;
  readonly text: (to: string, content: string | Uint8Array) => void;
  readonly link: (at: string, to: string) => void;
};

const putInto = (root: string): Put => {
  const place = (to: string): string => {
    const at = join(root, to);
    mkdirSync(dirname(at), { recursive: true });
    return at;
  };
  return {
    file: (from, to, program) => {
      copyFileSync(from, place(to));
      chmodSync(join(root, to), program ? 0o755 : 0o644);
    },
    text: (to, content) => writeFileSync(place(to), content, { mode: 0o644 }),
    link: (at, to) => symlinkSync(to, place(at)),
  };
};

/** Debian has moved everything below usr/, but not yet in every package. */
export const inDebian = (debian: string, path: string): string => {
  const found = [path, `usr/${path}`].map((each) => join(debian, each)).find(existsSync);
  if (found === undefined) throw new Error(`the locked packages have no ${path}`);
  return found;
};

const SHARED = /\.so(\.[\w.]+)?$/;

/** Every shared library of the packages at hand, and links as links. */
const putLibraries = (put: Put, root: string, debian: string, arch: Arch): void => {
  const target = `usr/lib/${TRIPLET[arch]}`;
  for (const folder of [`lib/${TRIPLET[arch]}`, target]) {
    const from = join(debian, folder);
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from).filter((each) => SHARED.test(each))) {
      const at = join(from, name);
      if (lstatSync(at).isSymbolicLink()) put.link(`${target}/${name}`, readlinkSync(at));
      else put.file(at, `${target}/${name}`, false);
    }
  }
  const loader = `${TRIPLET[arch]}/${basename(LOADER[arch])}`;
  chmodSync(join(root, 'usr/lib', loader), 0o755);
  put.link(`usr/${LOADER[arch]}`, `${arch === 'x64' ? '../lib/' : ''}${loader}`);
};

const putModules = async (put: Put, root: string, debian: string, kernel: string, arch: Arch) => {
  const folder = `lib/modules/${kernel}`;
  const from = inDebian(debian, folder);
  for (const path of modulesWithNeeds(from, rootModules(arch)))
    put.file(join(from, path), `usr/${folder}/${path}`, false);
  for (const name of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'])
    put.file(join(from, name), `usr/${folder}/${name}`, false);
  await runTool('depmod', ['--basedir', join(root, 'usr'), kernel]);
};

export type RootParts = {
  readonly arch: Arch;
  /** Libraries and programs alone, unpacked; and the kernel's package. */
  readonly debian: string;
  readonly kernelPackage: string;
  readonly kernel: string;
  readonly release: string;
  readonly manifest: ReleaseManifest;
  readonly signedManifest: Uint8Array;
  /** Ed25519, hex. */
  readonly releaseKey: string;
  /** Path of the unit's own description in the release. */
  readonly unitFile: string;
};

/** Lays out everything in `root`, which must be an empty folder. */
export const layRootTree = async (root: string, parts: RootParts): Promise<void> => {
  const { arch, debian, kernelPackage, kernel, release, manifest } = parts;
  const put = putInto(root);
  for (const each of FOLDERS) mkdirSync(join(root, each), { recursive: true });
  putLibraries(put, root, debian, arch);
  for (const files of Object.values(PROGRAMS))
    for (const [from, to] of files) put.file(inDebian(debian, from), to, !to.startsWith('etc/'));
  await putModules(put, root, kernelPackage, kernel, arch);
  for (const [at, to] of LINKS) put.link(at, to);
  put.text('etc/passwd', passwd());
  put.text('etc/group', group());
  for (const { path } of manifest.files)
    put.file(join(release, path), `urna/${path}`, path.endsWith('/bin/node'));
  put.text('urna/release-manifest', parts.signedManifest);
  put.text('urna/release-key', `${parts.releaseKey}\n`);
  put.file(join(release, parts.unitFile), 'urna/unit.json', false);
};
