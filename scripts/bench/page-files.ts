/** The page's own files. Its modules are TypeScript like everything else: types are stripped on the way. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { withoutTypes } from '../without-types.ts';

const FOLDER = join(import.meta.dirname, 'page');

export type PageFile = {
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
};

/** The page's typeface is the machine's own. */
const FONTS: Readonly<Record<string, string>> = {
  'regular.woff2':
    '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2',
  'bold.woff2':
    '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2',
};

const TYPES = {
  html: 'text/html',
  css: 'text/css',
  ts: 'text/javascript',
  svg: 'image/svg+xml',
} as const;

const isKnown = (ending: string): ending is keyof typeof TYPES => ending in TYPES;

/** A file of the page by its name; null when there is none. */
export const pageFile = async (name: string): Promise<PageFile | null> => {
  const font = Object.hasOwn(FONTS, name) ? FONTS[name] : undefined;
  if (font !== undefined)
    return {
      type: 'font/woff2',
      content: new Uint8Array(await readFile(createRequire(import.meta.url).resolve(font))),
    };
  const [, ending = ''] = /^[a-z][a-z-]*\.([a-z]+)$/.exec(name) ?? [];
  if (!isKnown(ending)) return null;
  const source = await readFile(join(FOLDER, name), 'utf8').catch(() => null);
  if (source === null) return null;
  const content = ending === 'ts' ? withoutTypes(source) : source;
  return { type: `${TYPES[ending]}; charset=utf-8`, content };
};
