/**
 * Laying out lines of a fixed number of columns: wrapping at words, figures at the right edge with
 * leaders, lists in as many columns as fit. Pure; no result is ever wider than asked for, whatever
 * the text.
 */
import type { PaperElement } from '#hal/receipt-printer.ts';

/** Shortest leader between a name and its figure. */
const LEADER_CELLS = 1;
const CELL_GAP = 2;

/**
 * Text as it will stand on paper, one cell a character: composed, control characters as spaces,
 * invisible and combining ones left out, runs of spaces as one.
 */
export const toCells = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[\p{Cf}\p{M}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();

export const cellCount = (text: string): number => [...text].length;

const cutCells = (word: string, columns: number): readonly string[] => {
  const characters = [...word];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += columns) {
    pieces.push(characters.slice(at, at + columns).join(''));
  }
  return pieces;
};

/** Lines of at most `columns` cells, broken at spaces; a longer word is cut. At least one line. */
export const wrapText = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of toCells(text).split(' ')) {
    for (const piece of cutCells(word, columns)) {
      const joined = line === '' ? piece : `${line} ${piece}`;
      if (cellCount(joined) <= columns) {
        line = joined;
      } else {
        lines.push(line);
        line = piece;
      }
    }
  }
  return [...lines, line];
};

export const padRight = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - cellCount(text)));

/**
 * A name at the left and a figure at the right with a leader between; a long name takes several
 * lines and the figure stands on the last one.
 */
export const pairLines = (
  left: string,
  right: string,
  columns: number,
  leader = '.',
): readonly string[] => {
  const figure = toCells(right);
  const room = columns - cellCount(figure) - LEADER_CELLS - 1;
  // A figure that leaves no room for a name stands below it.
  if (room < Math.min(8, columns / 2)) {
    return [...wrapText(left, columns), ...wrapText(right, columns)];
  }
  const wide = wrapText(left, columns);
  const names = cellCount(wide.at(-1) ?? '') <= room ? wide : wrapText(left, room);
  const last = names.at(-1) ?? '';
  const fill = leader.repeat(columns - cellCount(last) - cellCount(figure) - 1);
  return [...names.slice(0, -1), `${last} ${fill}${figure}`];
};

export type Row = { readonly label: string; readonly value: string };

/**
 * Rows in as many columns as their widths allow (at most `most`), read downwards, column by column.
 * A label that is too long for its cell takes several lines of it.
 */
export const gridLines = (
  rows: readonly Row[],
  columns: number,
  most: number,
): readonly string[] => {
  if (rows.length === 0) return [];
  const widest = Math.max(
    ...rows.map((row) => cellCount(toCells(row.label)) + cellCount(toCells(row.value)) + 2),
  );
  const fitting = Math.floor((columns + CELL_GAP) / (widest + CELL_GAP));
  const limit = Math.max(1, Math.min(most, fitting, rows.length));
  const down = Math.ceil(rows.length / limit);
  // Nine rows in at most four columns stand in three: no column stays empty.
  const across = Math.ceil(rows.length / down);
  const cell = Math.floor((columns - CELL_GAP * (across - 1)) / across);
  const gap = across === 1 ? 0 : Math.floor((columns - cell * across) / (across - 1));
  const blocks = rows.map((row) => pairLines(row.label, row.value, cell));
  const stacks = Array.from({ length: across }, (_, index) =>
    blocks.slice(index * down, (index + 1) * down).flat(),
  );
  const height = Math.max(...stacks.map((stack) => stack.length));
  return Array.from({ length: height }, (_, y) =>
    stacks
      .map((stack) => padRight(stack[y] ?? '', cell))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
};

/** Hexadecimal in groups of four, so that two people can compare it aloud. */
export const groupHex = (hex: string): string => (hex.match(/.{1,4}/g) ?? []).join(' ');

type Style = Omit<Extract<PaperElement, { kind: 'text' }>, 'kind' | 'text'>;

/** A paragraph, wrapped for its size. */
export const paragraph = (
  text: string,
  columns: number,
  style: Style = {},
): readonly PaperElement[] =>
  wrapText(text, Math.floor(columns / (style.size ?? 1))).map((line) => ({
    kind: 'text',
    text: line,
    ...style,
  }));

/** Lines that are laid out already. */
export const plainLines = (lines: readonly string[], style: Style = {}): readonly PaperElement[] =>
  lines.map((line) => ({ kind: 'text', text: line, ...style }));

export const RULE: PaperElement = { kind: 'rule' };
export const feed = (lines: number): PaperElement => ({ kind: 'feed', lines });
