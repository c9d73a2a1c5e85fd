/** The first stage: what runs on this unit is the signed release, file by file, and nothing beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '#hal/result.ts';
import { publicKeyIn } from '../release/ed25519.ts';
import { type HashFile, hashFile } from '../release/hash-file.ts';
import { isSame, type ReleaseDifferences, type ReleaseManifest } from '../release/manifest.ts';
import { RELEASE_ROOT } from '../release/root.ts';
import { openRelease, verifyRelease } from '../release/verify.ts';

/** Beside the unit file, in the read-only root. */
export const RELEASE_FILES = {
  /** The signed manifest. */
  manifest: 'release-manifest',
  /** Whom this unit trusts to release: an Ed25519 public key, 64 hexadecimal digits. */
  key: 'release-key',
} as const;

const contentOf = async (folder: string, name: string): Promise<Result<Uint8Array, string>> => {
  try {
    return ok(new Uint8Array(await readFile(join(folder, name))));
  } catch (error) {
    return err(
      `${name}: ${error instanceof Error && 'code' in error ? error.code : 'not readable'}`,
    );
  }
};

/** The first few, by name. */
const named = ({ missing, changed, extra }: ReleaseDifferences): string => {
  const all = [
    ...changed.map((path) => `changed ${path}`),
    ...missing.map((path) => `missing ${path}`),
    ...extra.map((path) => `extra ${path}`),
  ];
  return all.length > 3 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : all.join();
};

/** The manifest in `folder`, signed with the key beside it; what it says of the tree is not looked at. */
export const ownRelease = async (folder: string): Promise<Result<ReleaseManifest, string>> => {
  const [bytes, keyText] = await Promise.all([
    contentOf(folder, RELEASE_FILES.manifest),
    contentOf(folder, RELEASE_FILES.key),
  ]);
  if (!bytes.ok) return bytes;
  if (!keyText.ok) return keyText;
  const key = publicKeyIn(new TextDecoder().decode(keyText.value));
  if (key === null) return err(`${RELEASE_FILES.key}: no public key`);
  return openRelease(bytes.value, key, null);
};

/** `folder` holds manifest and key, `root` the tree; `hashLarge`: for what takes long. */
export const verifyOwnRelease = async (
  folder: string,
  onProgress: (share: number) => void,
  hashLarge: HashFile = hashFile,
  root: string = RELEASE_ROOT,
): Promise<Result<string, string>> => {
  const release = await ownRelease(folder);
  if (!release.ok) return release;
  const { version, arch, files } = release.value;
  if (arch !== process.arch) return err(`the release is for ${arch}`);
  const found = await verifyRelease(
    root,
    release.value,
    (done, of) => onProgress(done / of),
    hashLarge,
  );
  return isSame(found) ? ok(`release ${version}, ${files.length} files`) : err(named(found));
};
