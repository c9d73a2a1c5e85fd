/**
 * Every sign that the firmware itself puts on the screen is in the typeface that is shipped: a unit has no
 * other to fall back on, and would show a box with a cross.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../firmware/', import.meta.url));
const FONTS = fileURLToPath(
  new URL('../../node_modules/@fontsource/atkinson-hyperlegible/files/', import.meta.url),
);
/** Sources whose texts are shown; comments are not. */
const sourcesIn = (folder: string, names: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => names.test(name))
    .map((name) => join(folder, name));
const SOURCES = [...sourcesIn('screen', /\.ts$/), ...sourcesIn('locale', /^(screen|start-up)/)];
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
const signsOf = (path: string): readonly string[] => [
  ...new Set(
    [...withoutComments(readFileSync(join(ROOT, path), 'utf8'))].filter((sign) => sign > '~'),
  ),
];

/** The characters of a font file (WOFF 1.0, table directory; OpenType, `cmap` formats 4 and 12). */
const charactersOf = (file: string): ReadonlySet<number> => {
  const font = readFileSync(join(FONTS, file));
  const entry = Array.from({ length: font.readUInt16BE(12) }, (_, at) => 44 + 20 * at).find(
    (at) => font.toString('latin1', at, at + 4) === 'cmap',
  );
  if (entry === undefined) throw new Error(`${file} has no cmap`);
  const packed = font
    .subarray(font.readUInt32BE(entry + 4))
    .subarray(0, font.readUInt32BE(entry + 8));
  const cmap = packed.length < font.readUInt32BE(entry + 12) ? inflateSync(packed) : packed;
  const found = new Set<number>();
  const add = (from: number, to: number): void => {
    for (let code = from; code <= to; code++) found.add(code);
  };
  for (let at = 0; at < cmap.readUInt16BE(2); at++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * at + 4));
    const format = table.readUInt16BE(0);
    if (format === 4) {
      const bytes = table.readUInt16BE(6);
      for (let segment = 0; segment < bytes; segment += 2)
        add(table.readUInt16BE(16 + bytes + segment), table.readUInt16BE(14 + segment));
    }
    if (format === 12)
      for (let group = 0; group < table.readUInt32BE(12); group++)
        add(table.readUInt32BE(16 + 12 * group), table.readUInt32BE(20 + 12 * group));
  }
  found.delete(0xffff);
  return found;
};
const CHARACTERS = ['400', '700'].map(
  (weight) =>
    new Set(
      ['latin', 'latin-ext'].flatMap((part) => [
        ...charactersOf(`atkinson-hyperlegible-${part}-${weight}-normal.woff`),
      ]),
    ),
);
const isMissing = (sign: string): boolean =>
  CHARACTERS.some((characters) => !characters.has(sign.codePointAt(0) ?? 0));

test.each(SOURCES)('%s', (path) => {
  expect(signsOf(path).filter(isMissing)).toEqual([]);
});

test('a sign that is not there is found out, and signs are looked for at all', () => {
  expect([...'●○▲中'].filter((sign) => !isMissing(sign))).toEqual([]);
  expect([...'aÑ€…'].filter(isMissing)).toEqual([]);
  expect(SOURCES.flatMap(signsOf)).toContain('•');
});
