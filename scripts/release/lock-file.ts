/** The packages of an npm lock file (version 3) that a unit needs, as they are installed. */

import type { Arch } from '#boot/release/which-files.ts';
import { err, ok, type Result } from '#hal/result.ts';

export type LockedPackage = {
  /** Where it is installed, from the root of the tree. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; null: it says none. */
  readonly licence: string | null;
  /** `sha512-` and base64, of the archive that the registry gave (Subresource Integrity); null: none like it. */
  readonly integrity: string | null;
  /** Npm leaves it out where it does not fit or does not build. */
  readonly optional: boolean;
};

const MODULES = 'node_modules/';
/** 64 bytes. */
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const NAME = /^(?:@[^/@]+\/)?[^/@]+$/;

const fitsIn = (allowed: unknown, own: string): boolean =>
  !Array.isArray(allowed) || allowed.includes(own);

const textIn = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Sorted by path: production packages for glibc Linux on `arch`. The error names the entry. */
export const unitPackages = (
  json: unknown,
  arch: Arch,
): Result<readonly LockedPackage[], string> => {
  const { lockfileVersion, packages } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if (lockfileVersion !== 3 || typeof packages !== 'object' || packages === null)
    return err('not an npm lock file of version 3');
  const found: LockedPackage[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    const {
      dev,
      os,
      cpu,
      libc,
      name: alias,
      version,
      license,
      integrity,
      optional,
    } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (path === '' || dev === true) continue;
    if (!fitsIn(os, 'linux') || !fitsIn(cpu, arch) || !fitsIn(libc, 'glibc')) continue;
    // Npm forgets which C library those were built for that it does not install.
    if (path.endsWith('-musl')) continue;
    // A package may lie where another one is looked for (`overrides` in package.json).
    const name = textIn(alias) ?? path.slice(path.lastIndexOf(MODULES) + MODULES.length);
    if (!path.startsWith(MODULES) || !NAME.test(name) || typeof version !== 'string')
      return err(`no package: ${path}`);
    found.push({
      path,
      name,
      version,
      licence: textIn(license),
      integrity: INTEGRITY.test(String(integrity)) ? String(integrity) : null,
      optional: optional === true,
    });
  }
  return ok(found.sort((a, b) => (a.path < b.path ? -1 : 1)));
};
