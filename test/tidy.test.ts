/**
 * The house rules that a reader can not be asked to check every time: who may import what, where
 * emulators may be named, that time and chance have one door, and that files stay small.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['hal', 'drivers', 'firmware', 'boot', 'scripts', 'test'] as const;
const LINE_LIMIT = 400;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts') && statSync(join(ROOT, name)).isFile())
    .sort();

type Import = { readonly from: string; readonly to: string };
const SPECIFIER =
  /(?:^|[\s;}])(?:import|export)\s+(?:type\s+)?(?:[\w*\s{},$]+\s+from\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

const SOURCES = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap(filesBelow)
  .map((file) => ({
    file,
    text: readFileSync(join(ROOT, file), 'utf8'),
  }));

/** Where an import leads: a path of the project, `node:x`, or a package's name. */
const resolve = (file: string, specifier: string): string => {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier;
};

const IMPORTS: readonly Import[] = SOURCES.flatMap(({ file, text }) =>
  [...text.matchAll(SPECIFIER)].map((match) => ({
    from: file,
    to: resolve(file, match[1] ?? match[2] ?? ''),
  })),
);

/** The pure parts of the firmware; each may import those that stand before it. */
const PURE = [
  'election',
  'events',
  'faults',
  'locale',
  'messages',
  'paper',
  'parts',
  'alarm',
  'power',
  'supervisor',
  'desk',
  'booth',
  'dispatch',
  'screen',
] as const;

const HARDWARE_PACKAGES = [
  'johnny-five',
  'serialport',
  '@serialport/',
  'node-hid',
  'escpos',
  'escpos-usb',
  'usb',
  '@napi-rs/canvas',
  '@fontsource/',
  'qr',
] as const;
const startsWithAny = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some(
    (prefix) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
  );

const CRYPTO_OF_NODE = ['node:crypto'];

/** What a file may import, by the first row whose folder holds it. */
const RULES: readonly {
  readonly folder: string;
  readonly may: (to: string) => boolean;
}[] = [
  { folder: 'hal/', may: (to) => to.startsWith('hal/') },
  {
    folder: 'drivers/',
    may: (to) =>
      to.startsWith('hal/') ||
      to.startsWith('drivers/') ||
      to.startsWith('node:') ||
      startsWithAny(to, HARDWARE_PACKAGES),
  },
  ...PURE.map((part, index) => ({
    folder: `firmware/${part}/`,
    may: (to: string) =>
      to.startsWith('hal/') ||
      to === 'firmware/machine.ts' ||
      startsWithAny(
        to,
        PURE.slice(0, index + 1)
          .filter((each) => !(part === 'booth' && each === 'desk'))
          .map((each) => `firmware/${each}`),
      ),
  })),
  {
    folder: 'firmware/nation/',
    may: (to) =>
      startsWithAny(to, [
        'hal',
        'firmware/nation',
        'firmware/vault',
        'firmware/desk',
        'firmware/election',
      ]),
  },
  {
    folder: 'firmware/vault/',
    may: (to) =>
      startsWithAny(to, [
        'hal',
        'firmware/vault',
        'firmware/election',
        'firmware/events',
        '@noble/ciphers',
        '@noble/hashes',
      ]) || CRYPTO_OF_NODE.includes(to),
  },
  {
    folder: 'firmware/console/',
    may: (to) => startsWithAny(to, ['hal', 'firmware', 'node:readline', 'node:stream']),
  },
  { folder: 'firmware/', may: (to) => startsWithAny(to, ['hal', 'firmware']) },
  {
    folder: 'boot/',
    may: (to) =>
      startsWithAny(to, ['boot', 'hal', 'firmware', 'drivers']) || to.startsWith('node:'),
  },
  { folder: 'scripts/', may: () => true },
  { folder: 'test/', may: () => true },
];

const isEmulator = (path: string): boolean =>
  path.startsWith('drivers/') &&
  /\/(emulat[^/]*|memory-[^/]*|virtual-clock|seeded-entropy|paper-tape|esc-pos-parser)\.ts$/.test(
    `/${path}`,
  );

/** Files of the device side, which an emulator may be made of. */
const isDeviceSide = (path: string): boolean =>
  path.startsWith('drivers/') && (isEmulator(path) || /\/emulator\//.test(path));

const mayImport = (from: string, to: string): boolean =>
  RULES.find(({ folder }) => from.startsWith(folder))?.may(to) ?? false;

describe('house rules', () => {
  test('every import goes where the table of folders allows', () => {
    expect(IMPORTS.length).toBeGreaterThan(50);
    expect(IMPORTS.filter(({ from, to }) => !mayImport(from, to))).toEqual([]);
  });

  test.each([
    ['hal/board.ts', 'firmware/machine.ts'],
    ['drivers/printer/driver.ts', 'firmware/paper/paper-record.ts'],
    ['drivers/printer/driver.ts', '@noble/hashes/sha2.js'],
    ['firmware/booth/booth.ts', 'firmware/desk/state.ts'],
    ['firmware/desk/desk.ts', 'firmware/booth/state.ts'],
    ['firmware/paper/paper-record.ts', 'firmware/screen/scene-of.ts'],
    ['firmware/booth/booth.ts', 'node:fs'],
    ['firmware/vault/urn.ts', 'firmware/messages/catalogue.ts'],
    ['firmware/vault/urn.ts', 'node:fs'],
    ['firmware/runtime/runner.ts', 'drivers/system/system-clock.ts'],
    ['boot/supervisor.ts', 'scripts/main.ts'],
  ])('%s may not import %s', (from, to) => {
    expect(mayImport(from, to)).toBe(false);
  });

  test('emulators are reached from emulators, scripts and tests alone', () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) =>
        isDeviceSide(to) && !isDeviceSide(from) && !startsWithAny(from, ['scripts', 'test']),
    );
    expect(wrong).toEqual([]);
  });

  test('only the system drivers know a clock or a random number, and the first program how long it is at it', () => {
    const banned =
      /\b(Date\.now|new Date\(\)|performance\.now|hrtime|process\.uptime|Math\.random|setTimeout|setInterval|randomBytes|getRandomValues)\b/;
    const allowed = ['drivers/system/', 'boot/unit/monotonic.ts', 'scripts/', 'test/'];
    const code = (text: string): string =>
      text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
    const wrong = SOURCES.filter(
      ({ file, text }) => !startsWithAny(file, allowed) && banned.test(code(text)),
    ).map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  test(`no source file is longer than ${LINE_LIMIT} lines`, () => {
    const long = SOURCES.filter(
      ({ file, text }) => !file.startsWith('test/') && text.split('\n').length > LINE_LIMIT,
    ).map(({ file }) => file);
    expect(long).toEqual([]);
  });

  test('every source file opens with what it is', () => {
    const silent = SOURCES.filter(
      ({ file, text }) =>
        !file.startsWith('test/') && !/^(#!.*\n)?(import [\s\S]*?;\n+)*\/\*\*/.test(text),
    ).map(({ file }) => file);
    expect(silent).toEqual([]);
  });

  test('nothing is skipped, focused or switched off for good', () => {
    const marks =
      /(?:TODO[:(]|FIXME|@ts-ignore|@ts-nocheck|biome-ignore|(?:test|describe|it)\.only)\b/;
    const wrong = SOURCES.filter(
      ({ file, text }) => relative('test/tidy.test.ts', file) !== '' && marks.test(text),
    ).map(({ file }) => file);
    expect(wrong).toEqual([]);
  });
});
