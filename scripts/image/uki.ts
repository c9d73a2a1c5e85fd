/**
 * The unified kernel image: kernel, initramfs and command line behind systemd's stub, as one file with one
 * signature (UAPI group, Unified Kernel Image specification). It says of itself what release it starts.
 */
import type { Arch } from '#boot/release/which-files.ts';
import { rootOf } from './command-line.ts';
import { PeError, peSection, withSections } from './uefi/pe.ts';

export type UkiParts = {
  readonly stub: Uint8Array;
  readonly kernel: Uint8Array;
  readonly initramfs: Uint8Array;
  readonly commandLine: string;
  readonly version: string;
  readonly rollbackIndex: number;
  readonly arch: Arch;
};

/** os-release(5). Without a version that systemd-boot sorts by: the file's name alone says which is tried first. */
const osRelease = ({ version, rollbackIndex, arch }: UkiParts): string =>
  `ID=urna\nPRETTY_NAME="Urna ${version}"\nURNA_ROLLBACK_INDEX=${rollbackIndex}\nURNA_ARCH=${arch}\n`;

/** Not signed yet. */
export const makeUki = (parts: UkiParts): Uint8Array =>
  withSections(parts.stub, [
    { name: '.osrel', content: Buffer.from(osRelease(parts)) },
    { name: '.cmdline', content: Buffer.from(parts.commandLine) },
    { name: '.initrd', content: parts.initramfs },
    { name: '.linux', content: parts.kernel },
  ]);

export type UkiFacts = {
  readonly version: string;
  readonly rollbackIndex: number;
  readonly arch: Arch;
  readonly rootHash: string;
  /** Of dm-verity: hex, and the root's length in its blocks. */
  readonly salt: string;
  readonly blocks: number;
};

const textIn = (uki: Uint8Array, section: string): string =>
  Buffer.from(peSection(uki, section) ?? []).toString('utf8');

/** What a UKI of ours says of itself; null: it is none. Says nothing of its signature. */
export const readUki = (uki: Uint8Array): UkiFacts | null => {
  try {
    const release = textIn(uki, '.osrel');
    const field = (name: string, value: string): string | undefined =>
      new RegExp(`^${name}=${value}$`, 'm').exec(release)?.[1];
    const version = field('PRETTY_NAME', '"Urna ([0-9A-Za-z.+-]{1,32})"');
    const rollbackIndex = field('URNA_ROLLBACK_INDEX', '(\\d{1,15})');
    const arch = field('URNA_ARCH', '(x64|arm64)');
    const root = rootOf(textIn(uki, '.cmdline'));
    if (version === undefined || rollbackIndex === undefined || root === null) return null;
    if (arch !== 'x64' && arch !== 'arm64') return null;
    return { version, rollbackIndex: Number(rollbackIndex), arch, ...root };
  } catch (error) {
    if (error instanceof PeError || error instanceof RangeError) return null;
    throw error;
  }
};
