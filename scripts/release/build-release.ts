/** The release of this clone: its files listed and hashed, and the packages they come from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeManifest, type ReleaseFile, type ReleaseManifest } from '#boot/release/manifest.ts';
import { asReleased } from '#boot/release/untyped.ts';
import { releaseDigestOf } from '#boot/release/verify.ts';
import {
  type Arch,
  isReleasedOfPackage,
  isReleasedSource,
  ROOT_FILES,
  SOURCE_FOLDERS,
} from '#boot/release/which-files.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { MissingError } from '../commands/options.ts';
import { ROOT } from '../commands/run-tool.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { type LockedPackage, unitPackages } from './lock-file.ts';

export type Release = {
  readonly manifest: ReleaseManifest;
  /** SHA-256 of the manifest's text. */
  readonly digest: Uint8Array;
  readonly packages: readonly LockedPackage[];
};

const filesBelow = (root: string, folder: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = `${folder}/${entry.name}`;
        if (!entry.isDirectory()) return [path];
        // A package inside a package is one of its own.
        return entry.name === 'node_modules' ? [] : filesBelow(root, path);
      })
    : [];

const packageFiles = (root: string, locked: LockedPackage, arch: Arch): readonly string[] => {
  const { path: folder, name, optional } = locked;
  if (!existsSync(join(root, folder))) {
    if (optional && name !== `node-linux-${arch}`) return [];
    throw new MissingError(
      `${folder} is not installed; for ${arch}: npm ci --cpu=${arch} --os=linux --libc=glibc`,
    );
  }
  return filesBelow(root, folder).filter((path) =>
    isReleasedOfPackage(name, path.slice(folder.length + 1), arch),
  );
};

/** This computer's. */
export const OWN_ARCH: Arch = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Reads and hashes every file: some 200 MB. Throws `MissingError` where a package is not installed. */
export const buildRelease = (
  root: string = ROOT,
  arch: Arch = OWN_ARCH,
  onFile: (done: number, of: number) => void = () => undefined,
): Release => {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const locked = unitPackages(json('package-lock.json'), arch);
  if (!locked.ok) throw new MissingError(`package-lock.json: ${locked.error}`);
  const paths = [
    ...ROOT_FILES,
    ...SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder)).filter(isReleasedSource),
    ...locked.value.flatMap((each) => packageFiles(root, each, arch)),
  ];
  const files = paths.map((path, at): ReleaseFile => {
    const content = asReleased(path, readFileSync(join(root, path)));
    onFile(at + 1, paths.length);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { path, bytes: content.length, sha256 };
  });
  const { version, rollbackIndex } = json('package.json') as Pick<
    ReleaseManifest,
    'version' | 'rollbackIndex'
  >;
  const manifest = makeManifest({ version, rollbackIndex, arch, files });
  const installed = locked.value.filter(({ path }) => existsSync(join(root, path)));
  return { manifest, digest: releaseDigestOf(manifest), packages: installed };
};

/** The bill of materials' text; the same release gives the same bytes. */
export const billText = ({ manifest, digest, packages }: Release): string =>
  `${JSON.stringify(billOfMaterials(manifest.version, toHex(digest), packages), null, 2)}\n`;

let own: Release | null = null;

/** The release of this clone, hashed once for this process. */
export const ownRelease = (): Release => {
  own ??= buildRelease();
  return own;
};
