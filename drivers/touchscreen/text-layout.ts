/**
 * Fits a text into its box: wrapped at words into even lines, never cut in silence. What does not fit
 * is set smaller, down to a size that is still legible; only what does not fit even then is shortened,
 * with an ellipsis that everybody sees. Pure: widths come from a function.
 */
import type { SceneNode } from '#hal/scene.ts';

export type SceneText = NonNullable<SceneNode['text']>;

/** Width of a line, in em. */
export type MeasureEm = (line: string, bold: boolean) => number;

export type TextLayout = {
  readonly lines: readonly string[];
  /** The em size used, millimetres: what was asked for, or less. */
  readonly heightMm: number;
  /** Something is missing; the last line ends in an ellipsis. */
  readonly truncated: boolean;
};

/** Text is not made smaller than this, millimetres of em size. */
export const MIN_TEXT_MM = 3.0;
/** From line to line, in em. */
export const LINE_EM = 1.2;
/** Each try is this much smaller than the one before. */
const SHRINK = 0.95;
const MAX_LINES = 200;
const ELLIPSIS = '…';
/** Rounding of widths does not push a word onto the next line. */
const SLACK_MM = 0.01;

type Width = (line: string) => number;

/** Lines of pieces that stay whole, as many as fit on each; null: a piece is wider than the line. */
const wrapPieces = (
  pieces: readonly string[],
  width: number,
  widthOf: Width,
): readonly string[] | null => {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const longer = line === '' ? piece : `${line} ${piece}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (widthOf(piece) > width) return null;
    lines.push(line);
    line = piece;
  }
  return [...lines, line];
};

/** As many lines, the longest of them as short as can be: no word is left alone on the last one. */
const evened = (
  pieces: readonly string[],
  lines: readonly string[],
  widthOf: Width,
): readonly string[] => {
  if (lines.length === 1) return lines;
  const narrower = Math.max(...lines.map(widthOf)) - SLACK_MM;
  const next = wrapPieces(pieces, narrower, widthOf);
  return next === null || next.length > lines.length ? lines : evened(pieces, next, widthOf);
};

/**
 * Lines of one paragraph; null: a word is wider than the line. What stands between two dots, as in
 * `LISTA 0/1 · NOMINAL 0/2`, stays on one line where that takes no further line.
 */
const wrapWords = (paragraph: string, width: number, widthOf: Width): readonly string[] | null => {
  const words = paragraph.split(/ +/);
  const lines = wrapPieces(words, width, widthOf);
  if (lines === null) return null;
  const items = words.join(' ').split(/(?<= ·) /);
  const whole = wrapPieces(items, width, widthOf);
  return whole !== null && whole.length === lines.length
    ? evened(items, whole, widthOf)
    : evened(words, lines, widthOf);
};

/** The longest beginning of `word` that is not wider than `width`: at least one character. */
const headOf = (word: readonly string[], width: number, widthOf: Width): number => {
  let count = 1;
  while (count < word.length && widthOf(word.slice(0, count + 1).join('')) <= width) count++;
  return count;
};

/** As `wrapWords`, but words that are too wide are broken. */
const wrapAnyhow = (paragraph: string, width: number, widthOf: Width): readonly string[] => {
  const pieces = paragraph.split(/ +/).flatMap((word) => {
    const broken: string[] = [];
    for (let rest = [...word]; rest.length > 0 && broken.length < MAX_LINES; ) {
      const count = headOf(rest, width, widthOf);
      broken.push(rest.slice(0, count).join(''));
      rest = rest.slice(count);
    }
    return broken;
  });
  return wrapWords(pieces.join(' '), Math.max(width, ...pieces.map(widthOf)), widthOf) ?? pieces;
};

/** `line` with an ellipsis, shortened until both fit. */
const withEllipsis = (line: string, width: number, widthOf: Width): string => {
  const characters = [...line];
  for (let count = characters.length; count > 0; count--) {
    const shorter = `${characters.slice(0, count).join('').trimEnd()}${ELLIPSIS}`;
    if (widthOf(shorter) <= width) return shorter;
  }
  return ELLIPSIS;
};

/** Lays `text` out in a box of `widthMm` × `heightMm`. An empty text has no lines. */
export const layoutText = (
  text: SceneText,
  widthMm: number,
  heightMm: number,
  measure: MeasureEm,
): TextLayout => {
  const paragraphs = text.value.trim() === '' ? [] : text.value.split('\n').map((p) => p.trim());
  const smallest = Math.min(text.height, MIN_TEXT_MM);
  const widthAt =
    (size: number): Width =>
    (line) =>
      measure(line, text.bold) * size - SLACK_MM;
  const roomFor = (size: number): number =>
    Math.max(1, Math.min(text.maxLines, Math.floor((heightMm + SLACK_MM) / (size * LINE_EM))));
  for (let size = text.height; ; size = Math.max(smallest, size * SHRINK)) {
    const wrapped = paragraphs.map((paragraph) => wrapWords(paragraph, widthMm, widthAt(size)));
    const lines = wrapped.flatMap((some) => some ?? []);
    const whole = !wrapped.includes(null) && lines.length <= roomFor(size);
    const oneLineFits = size * LINE_EM <= heightMm + SLACK_MM || size === smallest;
    if (whole && oneLineFits) return { lines, heightMm: size, truncated: false };
    if (size === smallest) break;
  }
  const widthOf = widthAt(smallest);
  const lines = paragraphs.flatMap((paragraph) => wrapAnyhow(paragraph, widthMm, widthOf));
  const room = roomFor(smallest);
  if (lines.length <= room) return { lines, heightMm: smallest, truncated: false };
  const kept = lines.slice(0, room);
  const last = withEllipsis(kept[room - 1] ?? '', widthMm, widthOf);
  return { lines: [...kept.slice(0, -1), last], heightMm: smallest, truncated: true };
};
