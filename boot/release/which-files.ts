/**
 * Which files of the tree a unit carries: the sources that run, the packages they load, and Node. What is
 * not among them (emulators, tests, scripts, what packages bring for other systems or for people who
 * build them) is on no unit.
 */

/** What Node calls the processor of a unit (`process.arch`). */
export type Arch = 'x64' | 'arm64';

export const SOURCE_FOLDERS = ['boot', 'drivers', 'firmware', 'hal'] as const;

/** Beside the folders: `imports` of the one tells where `#hal/…` leads, the other names each package. */
export const ROOT_FILES = ['package-lock.json', 'package.json'] as const;

/** The device side of links. */
const isEmulated = (path: string): boolean =>
  /(^|\/)(emulat[^/]*|emulator\/.*|memory-[^/]*|virtual-clock|seeded-entropy)\.ts$/.test(path);

/** Whether a file of a source folder is of the release; `path` from the root of the tree. */
export const isReleasedSource = (path: string): boolean =>
  SOURCE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)) &&
  /\.(ts|mjs|json)$/.test(path) &&
  !isEmulated(path);

/** What Node loads, and the fonts that the screen is drawn with. */
const LOADED = /\.(js|cjs|mjs|json|node|wasm|woff2?)$/;

/** Built for another system than glibc Linux on `arch` (names as prebuildify and pkg-prebuilds give). */
const isForeign = (path: string, arch: Arch): boolean => {
  const folder = /(?:^|\/)prebuilds\/([^/]+)\//.exec(path)?.[1];
  if (folder === undefined) return false;
  return !folder.endsWith(`linux-${arch}`) || /[.-]musl\b/.test(path);
};

/** Whether a file of an installed package is of the release; `path` from the package's folder. */
export const isReleasedOfPackage = (name: string, path: string, arch: Arch): boolean =>
  name === `node-linux-${arch}`
    ? path === 'bin/node' || path === 'package.json'
    : LOADED.test(path) && !isForeign(path, arch);
