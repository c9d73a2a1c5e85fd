/** The page's own files. Its modules are TypeScript like everything else: types are stripped on the way. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'page');

export type PageFile = { readonly type: string; readonly content: string };

const TYPES = {
  html: 'text/html',
  css: 'text/css',
  ts: 'text/javascript',
  svg: 'image/svg+xml',
} as const;

const isKnown = (ending: string): ending is keyof typeof TYPES => ending in TYPES;

/** A file of the page by its name; null when there is none. */
export const pageFile = async (name: string): Promise<PageFile | null> => {
  const [, ending = ''] = /^[a-z][a-z-]*\.([a-z]+)$/.exec(name) ?? [];
  if (!isKnown(ending)) return null;
  const source = await readFile(join(FOLDER, name), 'utf8').catch(() => null);
  if (source === null) return null;
  const content = ending === 'ts' ? stripTypeScriptTypes(source) : source;
  return { type: `${TYPES[ending]}; charset=utf-8`, content };
};
