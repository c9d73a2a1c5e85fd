/** What a unit and its makers read of a release: the signed manifest, what is in it, npm's lock file. */
import { normalize } from 'node:path';
import {
  makeManifest,
  manifestText,
  RELEASE_PURPOSE,
  readManifest,
} from '#boot/release/manifest.ts';
import { openRelease } from '#boot/release/verify.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { billOfMaterials } from '#scripts/release/bill-of-materials.ts';
import { unitPackages } from '#scripts/release/lock-file.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const MAKER = makeEd25519KeyPair(makeSeededEntropy(1, 'fuzz seeds of releases'));
const MANIFEST = makeManifest({
  version: '1.2.3',
  rollbackIndex: 4,
  arch: 'x64',
  files: ['boot/supervisor.ts', 'firmware/booth/step.ts', 'node_modules/@noble/hashes/sha2.js'].map(
    (path, at) => ({ path, bytes: 100 * at, sha256: String(at).repeat(64) }),
  ),
});
const FILE = signFile(RELEASE_PURPOSE, MANIFEST, MAKER.privateKey);
const LOCK = {
  lockfileVersion: 3,
  packages: {
    '': { version: '1.0.0' },
    'node_modules/usb': {
      version: '1.9.2',
      license: 'MIT',
      integrity: `sha512-${'A'.repeat(86)}==`,
    },
    'node_modules/@napi-rs/canvas-linux-x64-gnu': {
      version: '1.1.1',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
    },
    'node_modules/vitest': { version: '5.1.1', dev: true },
  },
};

const jsonOf = (input: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch {
    return undefined;
  }
};

const readContent = (input: Uint8Array): FuzzVerdict => {
  const read = readManifest(jsonOf(input));
  if (!read.ok) return 'refused';
  const { files } = read.value;
  const stray = files.find(({ path }) => normalize(path) !== path || /^(\/|\.\.)/.test(path));
  if (stray !== undefined) return finding(`a path out of the tree: ${stray.path}`);
  const again = readManifest(JSON.parse(manifestText(read.value)));
  return again.ok && manifestText(again.value) === manifestText(read.value)
    ? 'accepted'
    : finding('accepted, and written again it is another');
};

const readLock = (input: Uint8Array): FuzzVerdict => {
  const read = unitPackages(jsonOf(input), 'x64');
  if (!read.ok) return 'refused';
  const bill = JSON.stringify(billOfMaterials('1.0.0', '0'.repeat(64), read.value));
  return bill.includes('"components":[') ? 'accepted' : finding('a bill of no materials');
};

export const RELEASE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'release-manifest',
    describes: 'the signed manifest of a release',
    seeds: () => [FILE],
    run: (input) =>
      openRelease(input, MAKER.publicKey, null).ok ? sameAgain(input, FILE) : 'refused',
  },
  {
    name: 'release-content',
    describes: 'what a signed manifest says',
    seeds: () => [utf8.encode(manifestText(MANIFEST))],
    run: readContent,
  },
  {
    name: 'lock-file',
    describes: "npm's lock file, for the packages of a release",
    seeds: () => [utf8.encode(JSON.stringify(LOCK))],
    run: readLock,
  },
];
