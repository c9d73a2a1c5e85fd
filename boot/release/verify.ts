/**
 * The release that a unit says it runs: its signed manifest, and the files as they lie here now, read anew
 * each time they are asked for. It is the first that runs on a unit (boot/unit.ts), so that nothing which
 * it has not verified may be imported here.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, read, readSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { err, type Result } from '#hal/result.ts';
import { readSignedFile } from '#hal/signed-file.ts';
import { isSignedBy } from './ed25519.ts';
import {
  compareRelease,
  manifestText,
  RELEASE_PURPOSE,
  type ReleaseDifferences,
  type ReleaseManifest,
  readManifest,
} from './manifest.ts';
import { asItRuns } from './untyped.ts';
import { isReleasedOfPackage, isReleasedSource, SOURCE_FOLDERS } from './which-files.ts';

/** The tree as it is on a unit and in a clone: what holds boot/. */
export const RELEASE_ROOT = new URL('../../', import.meta.url).pathname;

/** Bytes that are hashed in one go: about half a millisecond. */
const CHUNK_BYTES = 256 * 1024;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** SHA-256 of a manifest, 32 bytes: the release's digest. */
export const releaseDigestOf = (manifest: ReleaseManifest): Uint8Array =>
  new Uint8Array(createHash('sha256').update(manifestText(manifest)).digest());

/**
 * The manifest in `bytes`: signed with this key, written the one way there is, and of the release that is
 * expected (its digest; null: of any). The error says which of it is not so.
 */
export const openRelease = (
  bytes: Uint8Array,
  publicKey: Uint8Array,
  releaseDigest: Uint8Array | null,
): Result<ReleaseManifest, string> => {
  const opened = readSignedFile(RELEASE_PURPOSE, bytes, (message, signature) =>
    isSignedBy(publicKey, message, signature),
  );
  if (opened === null) return err('the manifest is not signed with this key');
  const read = readManifest(opened.json);
  if (!read.ok) return read;
  const digest = hexOf(releaseDigestOf(read.value));
  if (releaseDigest !== null && digest !== hexOf(releaseDigest))
    return err(`the manifest is of ${digest}`);
  return read;
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String(error.code));

/** Small files are read into it and hashed before anybody else has a turn. */
const small = Buffer.allocUnsafeSlow(CHUNK_BYTES);

const contentOfSmall = (descriptor: number): Uint8Array => {
  let bytes = 0;
  for (;;) {
    const more = readSync(descriptor, small, bytes, small.length - bytes, null);
    if (more === 0) return small.subarray(0, bytes);
    bytes += more;
  }
};

const readSome = promisify(read);

/** Into one buffer: a fresh one for each chunk would be a fresh page of memory for each page of the file. */
const hashChunks = async (descriptor: number): Promise<string> => {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await readSome(descriptor, chunk, 0, chunk.length, null);
    if (bytesRead === 0) return digest.digest('hex');
    digest.update(chunk.subarray(0, bytesRead));
  }
};

/**
 * SHA-256 of a file of the manifest as it lies there now, and as this program would run it, hex; null: not there.
 * Rejects when it can not be read. A link out of the tree is not the file.
 */
export const hashFile = async (root: string, path: string): Promise<string | null> => {
  const at = join(root, path);
  try {
    const base = realpathSync.native(root);
    if (!realpathSync.native(at).startsWith(base.endsWith(sep) ? base : `${base}${sep}`))
      return null;
    const descriptor = openSync(at, 'r');
    try {
      // Most files are small, and each way to another thread and back costs more than their hash.
      return fstatSync(descriptor).size < CHUNK_BYTES
        ? hash('sha256', asItRuns(path, contentOfSmall(descriptor)))
        : await hashChunks(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const filesBelow = async (root: string, folder: string): Promise<readonly string[]> => {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) found.push(path);
    // A package inside a package is one of its own.
    else if (entry.name !== 'node_modules') found.push(...(await filesBelow(root, path)));
  }
  return found;
};

/** `node_modules/a/node_modules/@b/c` of any path below it; null: in no package. */
export const packageFolderOf = (path: string): string | null =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;

/** Files that lie where files of the manifest do and might run, whether it names them or not. */
const listRelease = async (root: string, { files, arch }: ReleaseManifest) => {
  const named = files.map(({ path }) => path);
  const packages = new Set(named.map(packageFolderOf).filter((folder) => folder !== null));
  const found = new Set(named);
  for (const folder of SOURCE_FOLDERS)
    for (const path of await filesBelow(root, folder)) if (isReleasedSource(path)) found.add(path);
  for (const folder of packages) {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    for (const path of await filesBelow(root, folder))
      if (isReleasedOfPackage(name, path.slice(folder.length + 1), arch)) found.add(path);
  }
  return found;
};

/** Node itself, which takes as long as all the rest together. */
const LARGE_BYTES = 64 * 1024 * 1024;

/**
 * Every file of the manifest and every other that might run beside them, compared. What it says is large
 * is left to `hashLarge`, meanwhile.
 */
export const verifyRelease = async (
  root: string,
  manifest: ReleaseManifest,
  onFile: (done: number, of: number) => void = () => undefined,
  hashLarge: typeof hashFile = hashFile,
): Promise<ReleaseDifferences> => {
  const paths = await listRelease(root, manifest);
  const large = manifest.files.filter(({ bytes }) => bytes >= LARGE_BYTES).map(({ path }) => path);
  const found = new Map<string, string>();
  let done = 0;
  const hashAll = async (each: Iterable<string>, hashOne: typeof hashFile): Promise<void> => {
    for (const path of each) {
      // What can not be read is not what was signed.
      const digest = await hashOne(root, path).catch(() => '');
      if (digest !== null) found.set(path, digest);
      done += 1;
      onFile(done, paths.size);
      // Whoever asks may have a machine to keep alive meanwhile.
      await setImmediate();
    }
  };
  const rest = new Set([...paths].filter((path) => !large.includes(path)));
  await Promise.all([hashAll(large, hashLarge), hashAll(rest, hashFile)]);
  return compareRelease(manifest, found);
};
