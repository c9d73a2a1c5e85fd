/** `urna release`: the manifest of every file that runs on a unit, and the bill of materials beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isSame,
  manifestText,
  RELEASE_PURPOSE,
  type ReleaseDifferences,
  type ReleaseManifest,
  readManifest,
} from '#boot/release/manifest.ts';
import { openRelease, releaseDigestOf, verifyRelease } from '#boot/release/verify.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { jsonObject, toHex } from '#firmware/vault/bytes.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { readAuthorityKey, readPrivateKey } from '../evidence/read-key.ts';
import { billText, buildRelease, OWN_ARCH } from '../release/build-release.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';
import { ROOT } from './run-tool.ts';

const HELP = `usage: scripts/urna release [--out DIR] [--key FILE] [--arch x64|arm64] [--json]
       scripts/urna release --check DIR [--public-key FILE] [--json]

Lists every file that runs on a unit with its SHA-256: the sources of boot, drivers, firmware and hal
(no emulators), the packages they load, and Node. The same tree gives the same bytes anywhere; the
digest that is printed is what sha256sum says of manifest.json. A unit has the sources as they run: each
type is blanked where it stood, and nothing else is changed.

  --out DIR          writes there manifest.json and the bill of materials (CycloneDX), sbom.cdx.json
  --key FILE         signs: release-manifest in DIR is what is delivered with a unit. FILE: a private
                     Ed25519 key in PEM (openssl genpkey -algorithm ed25519)
  --arch A           the unit's processor; default: this computer's
  --check DIR        instead: is every file of this tree as the manifest in DIR says? Names what is
                     missing, changed or too much
  --public-key FILE  with --check: the key that release-manifest must be signed with (PEM)
  --json             {sha256, version, rollbackIndex, arch, files, packages, seconds}, or with --check
                     {ok, sha256, missing, changed, extra}

exit code: 0 fine, 1 the tree is not that release, 2 usage or no manifest, 3 a package is not installed
`;

/** In the folder of a release. */
const FILES = { manifest: 'manifest.json', bill: 'sbom.cdx.json' } as const;

const make = (out: string | undefined, keyFile: string | undefined, archGiven?: string) => {
  if (keyFile !== undefined && out === undefined) throw new UsageError('--key goes with --out');
  const key = keyFile === undefined ? null : readPrivateKey(keyFile);
  const arch = oneOf('arch', archGiven, OWN_ARCH, ['x64', 'arm64']);
  const beganMs = performance.now();
  const progress = makeProgress();
  const release = buildRelease(ROOT, arch, (done, of) => progress('hashing files', done, of));
  progress.end();
  const { manifest } = release;
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, FILES.manifest), manifestText(manifest));
    writeFileSync(join(out, FILES.bill), billText(release));
    if (key !== null)
      writeFileSync(join(out, DELIVERY_FILES.release), signFile(RELEASE_PURPOSE, manifest, key));
  }
  const { version, rollbackIndex, files } = manifest;
  const seconds = Number(((performance.now() - beganMs) / 1_000).toFixed(2));
  const sha256 = toHex(release.digest);
  const packages = release.packages.length;
  return { sha256, version, rollbackIndex, arch, files: files.length, packages, seconds };
};

const fileIn = (folder: string, name: string): Uint8Array => {
  try {
    return new Uint8Array(readFileSync(join(folder, name)));
  } catch (cause) {
    throw new UsageError(`--check ${folder}: ${cause instanceof Error ? cause.message : cause}`);
  }
};

/** Signed where a key is given; as it is, otherwise. */
const manifestIn = (folder: string, keyFile: string | undefined): ReleaseManifest => {
  const unsigned = keyFile === undefined;
  const name = unsigned ? FILES.manifest : DELIVERY_FILES.release;
  const bytes = fileIn(folder, name);
  const read = unsigned
    ? readManifest(jsonObject(new TextDecoder().decode(bytes)))
    : openRelease(bytes, readAuthorityKey(keyFile, '--public-key'), null);
  if (!read.ok) throw new UsageError(`${join(folder, name)}: ${read.error}`);
  return read.value;
};

const check = async (folder: string, keyFile: string | undefined) => {
  const manifest = manifestIn(folder, keyFile);
  const progress = makeProgress();
  const found = await verifyRelease(ROOT, manifest, (done, of) => progress('files', done, of));
  progress.end();
  return { ok: isSame(found), sha256: toHex(releaseDigestOf(manifest)), ...found };
};

const tellDifferences = ({ missing, changed, extra }: ReleaseDifferences): string =>
  [
    ...missing.map((path) => `missing  ${path}`),
    ...changed.map((path) => `changed  ${path}`),
    ...extra.map((path) => `extra    ${path}`),
  ]
    .map((line) => `${line}\n`)
    .join('');

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      out: { type: 'string' },
      key: { type: 'string' },
      arch: { type: 'string' },
      check: { type: 'string' },
      'public-key': { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals[0]}`);
    const { out, key, arch, json } = values;
    const publicKey = values['public-key'];
    if (values.check === undefined) {
      if (publicKey !== undefined) throw new UsageError('--public-key goes with --check');
      const made = make(out, key, arch);
      const { sha256, version, rollbackIndex, files, packages } = made;
      process.stdout.write(
        json === true
          ? `${JSON.stringify(made)}\n`
          : `release ${version}, rollback index ${rollbackIndex}, ${made.arch}: ${files} files, ${packages} packages\nsha256 ${sha256}\n`,
      );
      return EXIT.fine;
    }
    if (out !== undefined || key !== undefined || arch !== undefined)
      throw new UsageError('--check goes with --public-key alone');
    const found = await check(values.check, publicKey);
    process.stdout.write(
      json === true
        ? `${JSON.stringify(found)}\n`
        : `${tellDifferences(found)}${found.ok ? 'this tree is' : 'this tree is NOT'} release ${found.sha256}\n`,
    );
    return found.ok ? EXIT.fine : EXIT.found;
  });
