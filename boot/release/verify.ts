/**
 * The release that a unit says it runs: its signed manifest, and the files as they lie here now, read anew
 * each time they are asked for. It is the first that runs on a unit (boot/unit.ts), so that nothing which
 * it has not verified may be imported here.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { err, type Result } from '#hal/result.ts';
import { readSignedFile } from '#hal/signed-file.ts';
import { isSignedBy } from './ed25519.ts';
import { type HashFile, hashFile } from './hash-file.ts';
import {
  compareRelease,
  manifestText,
  RELEASE_PURPOSE,
  type ReleaseDifferences,
  type ReleaseManifest,
  readManifest,
} from './manifest.ts';
import { isReleasedOfPackage, isReleasedSource, SOURCE_FOLDERS } from './which-files.ts';

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
  hashLarge: HashFile = hashFile,
): Promise<ReleaseDifferences> => {
  const paths = await listRelease(root, manifest);
  const large = manifest.files.filter(({ bytes }) => bytes >= LARGE_BYTES).map(({ path }) => path);
  const found = new Map<string, string>();
  let done = 0;
  const hashAll = async (each: Iterable<string>, hashOne: HashFile): Promise<void> => {
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
