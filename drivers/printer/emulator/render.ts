/**
 * A piece of paper as text and as a picture as wide as the paper: what the bytes said, dot for dot, in
 * the four tones of a thermal head. Glyphs are rasterised once; a record takes a few milliseconds.
 */
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import type { PaperItem, PaperPiece, TextRun } from './paper-tape.ts';
import { encodePng } from './png.ts';
import { qrModules } from './qr-symbol.ts';

/** Dots of paper left blank around the printable width. */
const MARGIN_DOTS = 16;
const TOP_DOTS = 24;
/** A longer piece is cut off in the picture: 4 m. */
const HEIGHT_LIMIT_DOTS = 32_000;

const CELL = { A: { width: 12, height: 24, font: 20 }, B: { width: 9, height: 17, font: 15 } };
/** Where the baseline lies in a cell. */
const BASELINE_SHARE = 0.8;
const COLUMN_DOTS = 12;

const INK = 3;

const FONT_FAMILY = 'Urna Paper';
const FONT_FILES = [
  '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-500-normal.woff2',
  '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-ext-500-normal.woff2',
  '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-700-normal.woff2',
  '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-ext-700-normal.woff2',
] as const;

let fontsReady = false;
const registerFonts = (): void => {
  if (fontsReady) return;
  const resolve = createRequire(import.meta.url).resolve;
  for (const file of FONT_FILES) GlobalFonts.registerFromPath(resolve(file), FONT_FAMILY);
  fontsReady = true;
};

/** Tones 0 (paper) to 3 (ink), row by row. */
type Bitmap = { readonly width: number; readonly height: number; readonly tones: Uint8Array };

const glyphs = new Map<string, Bitmap>();

/** Box characters reach the edges of the cell, so that a rule is unbroken; drawn, not typed. */
const drawRule = (width: number, height: number): Bitmap => {
  const tones = new Uint8Array(width * height);
  const middle = Math.floor(height / 2);
  tones.fill(INK, (middle - 1) * width, (middle + 1) * width);
  return { width, height, tones };
};

const drawGlyph = (character: string, run: TextRun): Bitmap => {
  const cell = CELL[run.font];
  const width = cell.width * run.scaleX;
  const height = cell.height * run.scaleY;
  if (character === '─') return drawRule(width, height);
  registerFonts();
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.scale(run.scaleX, run.scaleY);
  context.font = `${run.bold ? 700 : 500} ${cell.font}px "${FONT_FAMILY}"`;
  context.textAlign = 'center';
  context.fillText(character, cell.width / 2, cell.height * BASELINE_SHARE);
  const pixels = context.getImageData(0, 0, width, height).data;
  const tones = new Uint8Array(width * height);
  for (let at = 0; at < tones.length; at++) {
    tones[at] = Math.round(((pixels[at * 4 + 3] ?? 0) / 255) * INK);
  }
  return { width, height, tones };
};

const glyph = (character: string, run: TextRun): Bitmap => {
  const key = `${character}${run.font}${run.bold ? 'b' : ''}${run.scaleX}x${run.scaleY}`;
  const known = glyphs.get(key);
  if (known !== undefined) return known;
  const made = drawGlyph(character, run);
  glyphs.set(key, made);
  return made;
};

type Page = { readonly width: number; readonly height: number; readonly tones: Uint8Array };

/** Copies a bitmap; what lies outside the page is left out. */
const place = (page: Page, bitmap: Bitmap, left: number, top: number, inverse: boolean): void => {
  for (let y = 0; y < bitmap.height; y++) {
    if (top + y < 0 || top + y >= page.height) continue;
    const rowFrom = y * bitmap.width;
    const rowTo = (top + y) * page.width + left;
    for (let x = 0; x < bitmap.width && left + x < page.width; x++) {
      const tone = bitmap.tones[rowFrom + x] ?? 0;
      page.tones[rowTo + x] = inverse ? INK - tone : tone;
    }
  }
};

const fill = (page: Page, left: number, top: number, width: number, height: number): void => {
  for (let y = Math.max(0, top); y < Math.min(page.height, top + height); y++) {
    const row = y * page.width;
    page.tones.fill(INK, row + left, row + Math.min(page.width, left + width));
  }
};

const drawLine = (page: Page, item: Extract<PaperItem, { kind: 'line' }>, top: number): void => {
  const tallest = Math.max(...item.runs.map((run) => CELL[run.font].height * run.scaleY));
  let left = MARGIN_DOTS + item.leftDots;
  for (const run of item.runs) {
    const cell = CELL[run.font];
    const runTop = top + tallest - cell.height * run.scaleY;
    for (const character of run.text) {
      const bitmap = glyph(character, run);
      if (character !== ' ' || run.reverse) place(page, bitmap, left, runTop, run.reverse);
      if (run.underline) fill(page, left, top + tallest - 2, bitmap.width, 2);
      left += bitmap.width;
    }
  }
};

const drawQr = (page: Page, item: Extract<PaperItem, { kind: 'qr' }>, top: number): void => {
  const modules = qrModules(item.text, item.correction) ?? [];
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return;
      const left = MARGIN_DOTS + item.leftDots + x * item.moduleDots;
      fill(page, left, top + y * item.moduleDots, item.moduleDots, item.moduleDots);
    });
  });
};

const drawRaster = (
  page: Page,
  item: Extract<PaperItem, { kind: 'raster' }>,
  top: number,
): void => {
  const rows = item.heightDots / item.scaleY;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < item.widthBytes * 8; x++) {
      const byte = item.data[y * item.widthBytes + (x >> 3)] ?? 0;
      if (((byte >> (7 - (x & 7))) & 1) === 0) continue;
      const left = MARGIN_DOTS + item.leftDots + x * item.scaleX;
      fill(page, left, top + y * item.scaleY, item.scaleX, item.scaleY);
    }
  }
};

/** The picture of a piece: a PNG of four tones, blank paper above and below taken down to a margin. */
export const renderPng = async (piece: PaperPiece): Promise<Uint8Array> => {
  const first = Math.min(...piece.items.map((item) => item.topDots), HEIGHT_LIMIT_DOTS);
  const last = Math.max(...piece.items.map((item) => item.topDots + item.heightDots), first);
  const height = Math.min(HEIGHT_LIMIT_DOTS, last - first + 2 * TOP_DOTS);
  const width = piece.widthDots + 2 * MARGIN_DOTS;
  const page: Page = { width, height, tones: new Uint8Array(width * height) };
  for (const item of piece.items) {
    const top = item.topDots - first + TOP_DOTS;
    switch (item.kind) {
      case 'line':
        drawLine(page, item, top);
        break;
      case 'qr':
        drawQr(page, item, top);
        break;
      case 'raster':
        drawRaster(page, item, top);
        break;
    }
  }
  return encodePng(page.tones, width, height, deflateSync);
};

const lineText = (item: Extract<PaperItem, { kind: 'line' }>): string => {
  const text = item.runs.map((run) => run.text).join('');
  return `${' '.repeat(Math.floor(item.leftDots / COLUMN_DOTS))}${text}`.trimEnd();
};

const itemText = (item: PaperItem): string => {
  switch (item.kind) {
    case 'line':
      return lineText(item);
    case 'qr':
      return `[QR ${item.text}]`;
    case 'raster':
      return '[raster]';
  }
};

/** Dots of blank paper that count as one empty line. */
const EMPTY_LINE_DOTS = 20;

/** The piece as text, a line each; a QR symbol as `[QR …]` with its content, an image as `[raster]`. */
export const renderText = (piece: PaperPiece): string => {
  const lines: string[] = [];
  let bottom = piece.items[0]?.topDots ?? 0;
  for (const item of piece.items) {
    if (item.topDots - bottom >= EMPTY_LINE_DOTS) lines.push('');
    lines.push(itemText(item));
    bottom = item.topDots + item.heightDots;
  }
  return `${lines.join('\n')}\n`;
};
