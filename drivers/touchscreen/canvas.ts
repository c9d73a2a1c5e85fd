/**
 * The canvas and the typeface: Atkinson Hyperlegible (Braille Institute, SIL Open Font License), from
 * files of this project alone, so that a scene has the same pixels on every machine. Loaded when the
 * first scene is drawn: a process that never draws does not pay for it.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { MeasureEm } from './text-layout.ts';

export type CanvasParts = {
  /** A transparent canvas, ready for text. */
  make(width: number, height: number): { readonly canvas: Canvas; readonly context: SKRSContext2D };
  readonly measure: MeasureEm;
};

const FAMILY = 'Atkinson Hyperlegible';
const FONT_PACKAGE = '@fontsource/atkinson-hyperlegible';
const FONT_FILES = [
  'latin-400-normal',
  'latin-700-normal',
  'latin-ext-400-normal',
  'latin-ext-700-normal',
] as const;
/** The host's language must not choose glyphs. */
const TEXT_LANGUAGE = 'es';
/** Widths are measured once at this size and scaled. */
const MEASURE_PX = 100;
const MAX_MEASURED = 20_000;

/** CSS font of `px` pixels an em. */
export const fontOf = (bold: boolean, px: number): string =>
  `${bold ? 700 : 400} ${px}px "${FAMILY}"`;

const load = async (): Promise<CanvasParts> => {
  // Its own typeface alone. Whoever looks for installed ones needs a home folder, which a unit's processes
  // have not.
  process.env.DISABLE_SYSTEM_FONTS_LOAD = '1';
  const { createCanvas, GlobalFonts } = await import('@napi-rs/canvas');
  const folder = dirname(createRequire(import.meta.url).resolve(`${FONT_PACKAGE}/package.json`));
  for (const file of FONT_FILES) {
    const path = join(folder, 'files', `atkinson-hyperlegible-${file}.woff2`);
    if (GlobalFonts.registerFromPath(path, FAMILY) === null) throw new Error(`no font in ${path}`);
  }
  const make: CanvasParts['make'] = (width, height) => {
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    context.lang = TEXT_LANGUAGE;
    return { canvas, context };
  };
  const ruler = make(8, 8).context;
  const measured = new Map<string, number>();
  const measure: MeasureEm = (line, bold) => {
    const key = `${bold}${line}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    if (measured.size >= MAX_MEASURED) measured.clear();
    ruler.font = fontOf(bold, MEASURE_PX);
    const em = ruler.measureText(line).width / MEASURE_PX;
    measured.set(key, em);
    return em;
  };
  return { make, measure };
};

let loading: Promise<CanvasParts> | null = null;

/** The one canvas library of the process. */
export const loadCanvas = (): Promise<CanvasParts> => {
  loading ??= load();
  return loading;
};
