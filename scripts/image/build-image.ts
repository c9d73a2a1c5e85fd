/**
 * Builds the image of a unit from this clone's sources, the npm lock and the lock of Debian's packages. The same
 * clone and the same keys, or the same published signatures, give the same bytes on any machine.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arch } from '#boot/release/which-files.ts';
import { MissingError } from '../commands/options.ts';
import { buildRelease } from '../release/build-release.ts';
import { commandLine } from './command-line.ts';
import { START_PACKAGES } from './debian/contents.ts';
import { extractDebs } from './debian/extract.ts';
import { fetchDebs } from './debian/fetch.ts';
import { KERNEL, kernelRelease, readLock } from './debian/lock.ts';
import { ROOT_BYTES, VERITY_BYTES } from './disk/layout.ts';
import { makeInitramfs } from './initramfs.ts';
import { layReleaseTree } from './release-tree.ts';
import { inDebian, layRootTree } from './root-tree.ts';
import type { Signatures } from './signatures.ts';
import { runTool, type Tool } from './tools.ts';
import { attachSignature, withSections } from './uefi/pe.ts';
import { makeUki } from './uki.ts';
import { BLOCK_BYTES, type Verity, verityOf } from './verity.ts';

export const BUILD_TOOLS: readonly Tool[] = ['apt-get', 'depmod', 'dpkg-deb', 'mksquashfs', 'npm'];

/** Which board an image is built for when nobody says: those that start in QEMU too. */
export const BOARD_OF = {
  x64: 'virtual-x64',
  arm64: 'single-board-arm64',
} as const satisfies Record<Arch, string>;

const unitFileOf = (board: string): string => `boot/boards/${board}.unit.json`;

export type BuiltImage = {
  readonly arch: Arch;
  readonly version: string;
  readonly rollbackIndex: number;
  /** SHA-256 of the release's manifest, hex. */
  readonly release: string;
  readonly signedManifest: Uint8Array;
  readonly root: Uint8Array;
  readonly verity: Verity;
  readonly kernel: Uint8Array;
  readonly initramfs: Uint8Array;
  readonly commandLine: string;
  /** UKI and systemd-boot, as they are signed, and their signatures. */
  readonly uki: Uint8Array;
  readonly ukiSignature: Uint8Array;
  readonly boot: Uint8Array;
  readonly bootSignature: Uint8Array;
};

export type BuildInput = {
  readonly arch: Arch;
  readonly board: string;
  readonly signatures: Signatures;
  readonly tell: (words: string, done: number, of: number) => void;
};

const STUB = { x64: 'linuxx64.efi.stub', arm64: 'linuxaa64.efi.stub' } as const;
const BOOT = { x64: 'systemd-bootx64.efi', arm64: 'systemd-bootaa64.efi' } as const;

/** Drawn from the release, so that two releases have no tree in common. */
const saltOf = (digest: Uint8Array): Uint8Array =>
  createHash('sha256').update('urna verity salt 1\0').update(digest).digest();

/** A whole number of dm-verity's blocks; mksquashfs fills up to them with zeros. */
export const squash = async (tree: string, file: string): Promise<Uint8Array> => {
  const fixed = ['-all-root', '-no-xattrs', '-no-exports', '-all-time', '0', '-mkfs-time', '0'];
  const form = ['-comp', 'lz4', '-Xhc', '-b', '256K', '-noappend', '-no-progress', '-quiet'];
  await runTool('mksquashfs', [tree, file, ...fixed, ...form]);
  const bytes = readFileSync(file);
  if (bytes.length % BLOCK_BYTES !== 0) throw new Error('mksquashfs made no whole blocks');
  return bytes;
};

const requireFits = (what: string, bytes: number, most: number): void => {
  if (bytes > most) throw new Error(`${what} has ${bytes} bytes, and a slot holds ${most}`);
};

type Unpacked = {
  readonly kernel: string;
  readonly debian: string;
  readonly start: string;
  readonly kernelPackage: string;
};

/** Debian's packages in three folders: what the root is made of, what only starts it, and the kernel. */
const unpack = async (work: string, { arch, tell }: BuildInput): Promise<Unpacked> => {
  const locked = readLock()[arch];
  const debs = await fetchDebs(locked, arch, (done, of) => tell('Debian packages', done, of));
  const places = {
    debian: join(work, 'debian'),
    start: join(work, 'start'),
    kernelPackage: join(work, 'kernel'),
  };
  tell('unpacking them', 0, 0);
  const isStart = (name: string): boolean => START_PACKAGES.some((each) => each === name);
  const placeOf = (name: string): string => {
    if (KERNEL.test(name)) return places.kernelPackage;
    return isStart(name) ? places.start : places.debian;
  };
  for (const folder of Object.values(places)) mkdirSync(folder);
  for (const [name, deb] of debs) await extractDebs([deb], placeOf(name));
  return { kernel: kernelRelease(locked), ...places };
};

const requireUnitFile = (release: string, board: string): string => {
  const path = unitFileOf(board);
  if (!existsSync(join(release, path)) || !existsSync(join(release, 'boot/unit.ts')))
    throw new MissingError(`the release has no ${path}, or no boot/unit.ts that it is for`);
  return path;
};

const buildIn = async (work: string, input: BuildInput): Promise<BuiltImage> => {
  const { arch, board, signatures, tell } = input;
  const unpacked = await unpack(work, input);
  const { kernel, debian, start, kernelPackage } = unpacked;
  tell('the release', 0, 0);
  const release = join(work, 'release');
  await layReleaseTree(arch, release);
  const unitFile = requireUnitFile(release, board);
  const { manifest, digest } = buildRelease(release, arch);
  const signedManifest = signatures.manifest(manifest);
  const root = join(work, 'root');
  mkdirSync(root);
  await layRootTree(root, {
    ...{ arch, debian, kernelPackage, kernel, release, manifest, signedManifest, unitFile },
    releaseKey: signatures.releaseKey,
  });
  tell('the root', 0, 0);
  const squashed = await squash(root, join(work, 'root.squashfs'));
  requireFits('the root', squashed.length, ROOT_BYTES);
  const salt = saltOf(digest);
  const verity = verityOf(squashed, salt, salt.subarray(0, 16));
  requireFits('its hash tree', verity.tree.length, VERITY_BYTES);
  tell('initramfs and signatures', 0, 0);
  const initramfs = makeInitramfs({ arch, start, debian, kernelPackage, kernel });
  const line = commandLine(arch, { ...verity, salt });
  const efi = (name: string): Uint8Array =>
    readFileSync(inDebian(start, `usr/lib/systemd/boot/efi/${name}`));
  const kernelBytes = readFileSync(inDebian(kernelPackage, `boot/vmlinuz-${kernel}`));
  const { version, rollbackIndex } = manifest;
  const uki = makeUki({
    ...{ stub: efi(STUB[arch]), kernel: kernelBytes, initramfs, commandLine: line },
    ...{ version, rollbackIndex, arch },
  });
  const boot = withSections(efi(BOOT[arch]), []);
  return {
    ...{ arch, version, rollbackIndex, signedManifest, verity, initramfs, uki, boot },
    release: Buffer.from(digest).toString('hex'),
    root: squashed,
    kernel: kernelBytes,
    commandLine: line,
    ukiSignature: signatures.image('uki', uki),
    bootSignature: signatures.image('boot', boot),
  };
};

/** Throws `MissingError` where something is not to be had; leaves nothing behind but what the cache keeps. */
export const buildImage = async (input: BuildInput): Promise<BuiltImage> => {
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'urna-image-')));
  try {
    return await buildIn(work, input);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

export const signedUki = ({ uki, ukiSignature }: BuiltImage): Uint8Array =>
  attachSignature(uki, ukiSignature);
export const signedBoot = ({ boot, bootSignature }: BuiltImage): Uint8Array =>
  attachSignature(boot, bootSignature);
