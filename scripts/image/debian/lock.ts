/**
 * The lock of Debian packages: name, version and SHA-256 of each .deb, for both processors. Whatever the
 * machine's package sources serve, an image is made of these bytes or not at all.
 */
import { readFileSync } from 'node:fs';
import type { Arch } from '#boot/release/which-files.ts';

export type LockedDeb = {
  readonly name: string;
  readonly version: string;
  /** Of the .deb, 64 hexadecimal digits. */
  readonly sha256: string;
};

export type DebianLock = Readonly<Record<Arch, readonly LockedDeb[]>>;

/** What Debian calls the processor. */
export const DEBIAN_ARCH = { x64: 'amd64', arm64: 'arm64' } as const satisfies Record<Arch, string>;

export const LOCK_FILE = new URL('./lock.json', import.meta.url).pathname;

export const readLock = (): DebianLock => JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as DebianLock;

/** The kernel's package carries its version in its name. */
export const KERNEL = /^linux-image-(\d.*)$/;

export const kernelRelease = (debs: readonly LockedDeb[]): string => {
  const [release] = debs.flatMap(({ name }) => KERNEL.exec(name)?.[1] ?? []);
  if (release === undefined) throw new Error('the lock has no kernel');
  return release;
};
