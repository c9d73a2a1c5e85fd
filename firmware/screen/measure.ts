/**
 * Sizes of what is shown, in millimetres, and how much room a text takes. A text is measured a little
 * too wide rather than too narrow for the typeface of the screen, so that what fits here fits on the
 * glass.
 */
import type { Box } from '#hal/scene.ts';
import { letterWidth } from './letter-widths.ts';

/** Half an inch, which a finger hits, and a tenth of one, which keeps two targets apart. */
export const MIN_TARGET_MM = 12.7;
export const MIN_GAP_MM = 2.54;
/** Em size of the smallest text. */
export const MIN_TEXT_MM = 3.0;
/** From one line of text to the next, in em. */
export const LINE_HEIGHT = 1.25;
/** Free rim around everything. */
export const MARGIN_MM = 4;

/** The part of a panel that matters here. */
export type PanelSize = { readonly widthMm: number; readonly heightMm: number };

/** Rounding, and what a display makes of it, does not push a word onto the next line. */
const SLACK_FACTOR = 1.005;

/** Width of one line of text, at most, in millimetres; `height` is the em size. */
export const textWidth = (value: string, height: number, bold: boolean): number => {
  let em = 0;
  for (const character of value) em += letterWidth(character, bold);
  return em * height * SLACK_FACTOR;
};

/** Lines that `value` takes in `width` when broken at words; null when a single word is wider. */
export const linesNeeded = (
  value: string,
  width: number,
  height: number,
  bold: boolean,
): number | null => {
  const space = textWidth(' ', height, bold);
  let lines = 1;
  let used = 0;
  for (const word of value.split(/\s+/)) {
    const size = textWidth(word, height, bold);
    if (size > width) return null;
    if (used > 0 && used + space + size > width) {
      lines += 1;
      used = size;
    } else used += (used > 0 ? space : 0) + size;
  }
  return lines;
};

/** Lines of a text of this size that a box has room for. */
export const linesThatFit = (box: Box, height: number): number =>
  Math.floor((box.height + 1e-6) / (LINE_HEIGHT * height));

export const fits = (value: string, box: Box, height: number, bold: boolean): boolean => {
  const needed = linesNeeded(value, box.width, height, bold);
  return needed !== null && needed <= linesThatFit(box, height);
};

const SIZE_STEP_MM = 0.2;

export type FittedText = { readonly value: string; readonly height: number };

/** The largest size from `largest` down to `least` in which `value` fits the box; null: none. */
export const sizeThatFits = (
  value: string,
  box: Box,
  largest: number,
  least: number,
  bold: boolean,
): number | null => {
  for (let height = largest; height > least; height -= SIZE_STEP_MM) {
    if (fits(value, box, height, bold)) return height;
  }
  return fits(value, box, least, bold) ? least : null;
};

/**
 * As `sizeThatFits`, but smaller than `least` rather than cut, down to the smallest size there is. What
 * does not fit even then is cut, with an ellipsis that says so.
 */
export const fitText = (
  value: string,
  box: Box,
  largest: number,
  least: number,
  bold: boolean,
): FittedText => {
  const height =
    sizeThatFits(value, box, largest, least, bold) ??
    sizeThatFits(value, box, least, MIN_TEXT_MM, bold);
  if (height !== null) return { value, height };
  const characters = [...value];
  for (let length = characters.length - 1; length > 0; length -= 1) {
    const cut = `${characters.slice(0, length).join('').trimEnd()}…`;
    if (fits(cut, box, MIN_TEXT_MM, bold)) return { value: cut, height: MIN_TEXT_MM };
  }
  return { value: '…', height: MIN_TEXT_MM };
};

/** A box cut into `columns` x `rows` cells with the least gap between them, row by row. */
export const gridOf = (box: Box, columns: number, rows: number): readonly Box[] => {
  const width = (box.width - (columns - 1) * MIN_GAP_MM) / columns;
  const height = (box.height - (rows - 1) * MIN_GAP_MM) / rows;
  return Array.from({ length: columns * rows }, (_, index) => ({
    x: box.x + (index % columns) * (width + MIN_GAP_MM),
    y: box.y + Math.floor(index / columns) * (height + MIN_GAP_MM),
    width,
    height,
  }));
};

/** How many cells of at least `least` fit side by side in `length`. */
export const cellsThatFit = (length: number, least: number): number =>
  Math.max(1, Math.floor((length + MIN_GAP_MM + 1e-6) / (least + MIN_GAP_MM)));

/** The box without a rim. */
export const inset = (box: Box, by: number): Box => ({
  x: box.x + by,
  y: box.y + by,
  width: box.width - 2 * by,
  height: box.height - 2 * by,
});
