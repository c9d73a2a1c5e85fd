/**
 * The release manifest: every file that runs on a unit, with its SHA-256. Its own SHA-256 is the release's
 * name in one number: what machine code, log and reports carry. There is one way to write a manifest, so
 * the same tree gives the same bytes anywhere.
 */
import { err, ok, type Result } from '#hal/result.ts';
import type { Arch } from './which-files.ts';

export const RELEASE_FORMAT = 'urna release 1';
/** What the signature of a manifest is for; no other signature can pass for one. */
export const RELEASE_PURPOSE = RELEASE_FORMAT;
/** A release has some hundreds of files. */
export const MAX_RELEASE_FILES = 10_000;
/** Letters of a path. */
const MAX_PATH = 240;

export type ReleaseFile = {
  /** From the root of the tree, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** 64 hexadecimal digits in lower case. */
  readonly sha256: string;
};

export type ReleaseManifest = {
  readonly format: typeof RELEASE_FORMAT;
  readonly version: string;
  /** A unit goes to a release whose index is the same or higher, never to a lower one. */
  readonly rollbackIndex: number;
  readonly arch: Arch;
  /** Sorted by path, each once. */
  readonly files: readonly ReleaseFile[];
};

const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_PATH &&
  /^[\x21-\x7e]+$/.test(value) &&
  value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
const isDigest = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isVersion = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9A-Za-z.+-]{1,32}$/.test(value);

const fileIn = (value: unknown): ReleaseFile | null => {
  const { path, bytes, sha256, ...more } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (Object.keys(more).length > 0) return null;
  return isPath(path) && isCount(bytes) && isDigest(sha256) ? { path, bytes, sha256 } : null;
};

/** From parsed JSON; the error says what is wrong with it. */
export const readManifest = (json: unknown): Result<ReleaseManifest, string> => {
  const { format, version, rollbackIndex, arch, files, ...more } = (json ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (format !== RELEASE_FORMAT) return err('not a manifest of this format');
  if (Object.keys(more).length > 0) return err(`a field ${Object.keys(more)[0]}`);
  if (!isVersion(version)) return err('no version');
  if (!isCount(rollbackIndex)) return err('no rollback index');
  if (arch !== 'x64' && arch !== 'arm64') return err('no processor');
  if (!Array.isArray(files) || files.length > MAX_RELEASE_FILES) return err('no list of files');
  const read: ReleaseFile[] = [];
  for (const [at, value] of files.entries()) {
    const file = fileIn(value);
    if (file === null) return err(`file ${at} is none`);
    if (at > 0 && read[at - 1]!.path >= file.path) return err(`file ${at} is out of order`);
    read.push(file);
  }
  return ok({ format, version, rollbackIndex, arch, files: read });
};

/** The manifest's text, the one way to write it; SHA-256 over its UTF-8 is the release's digest. */
export const manifestText = (manifest: ReleaseManifest): string => JSON.stringify(manifest);

/** Puts the files in order. Throws when two have the same path, or one has none: a bug of who listed them. */
export const makeManifest = (content: Omit<ReleaseManifest, 'format'>): ReleaseManifest => {
  const files = [...content.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { version, rollbackIndex, arch } = content;
  const made = readManifest({ format: RELEASE_FORMAT, version, rollbackIndex, arch, files });
  if (!made.ok) throw new Error(`no manifest: ${made.error}`);
  return made.value;
};

/** What differs from the manifest, by path, sorted. */
export type ReleaseDifferences = {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly extra: readonly string[];
};

export const isSame = ({ missing, changed, extra }: ReleaseDifferences): boolean =>
  missing.length + changed.length + extra.length === 0;

/** `found`: SHA-256 of each file that is there, by path. */
export const compareRelease = (
  { files }: ReleaseManifest,
  found: ReadonlyMap<string, string>,
): ReleaseDifferences => {
  const expected = new Set(files.map(({ path }) => path));
  return {
    missing: files.flatMap(({ path }) => (found.has(path) ? [] : [path])),
    changed: files.flatMap(({ path, sha256 }) =>
      found.has(path) && found.get(path) !== sha256 ? [path] : [],
    ),
    extra: [...found.keys()].filter((path) => !expected.has(path)).sort(),
  };
};
