/**
 * How the review lies on a panel: contests in columns, as few as have room; on several parts where the
 * letters are large or the contests many. No name is left out.
 */
import type { Box } from '#hal/scene.ts';
import type { Look } from './look.ts';
import { gridOf, LINE_HEIGHT, linesNeeded, MIN_GAP_MM } from './measure.ts';
import type { Sentence } from './parts.ts';

/** One contest of the review: its name, what is chosen, what is not. */
export type ReviewEntry = {
  readonly title: Sentence;
  readonly rows: readonly Sentence[];
  readonly complete: boolean;
};

export const REVIEW_PADDING_MM = 2.2;
const MAX_COLUMNS = 4;
/** Room between the tick of a complete contest and its text. */
export const REVIEW_TICK_MM = 7.8;
const BETWEEN_EM = 0.12;

export const sentencesOf = ({ title, rows }: ReviewEntry): readonly Sentence[] => [
  title,
  ...rows.map((row) => ({ ...row, before: BETWEEN_EM })),
];

export const textWidthIn = (width: number): number =>
  width - 2 * REVIEW_PADDING_MM - REVIEW_TICK_MM;

/** Lines for a word that is wider than the line: no column is so high. */
const TOO_MANY = 999;

const heightOf = (sentences: readonly Sentence[], width: number, look: Look): number =>
  sentences.reduce(
    (sum, { words, bold }, index) => {
      const lines = linesNeeded(words, textWidthIn(width), look.least, bold ?? false) ?? TOO_MANY;
      return sum + lines * look.least * LINE_HEIGHT + (index === 0 ? 0 : BETWEEN_EM * look.least);
    },
    2 * REVIEW_PADDING_MM + 0.01,
  );

/** The least height of an entry in a column of this width, mm. */
export const entryHeight = (entry: ReviewEntry, width: number, look: Look): number =>
  heightOf(sentencesOf(entry), width, look);

/** An entry that is higher than a column continues in the next one, under the same title. */
const pieces = (
  entry: ReviewEntry,
  width: number,
  height: number,
  look: Look,
): readonly ReviewEntry[] => {
  const made: ReviewEntry[] = [];
  let rows: Sentence[] = [];
  for (const row of entry.rows) {
    if (rows.length > 0 && entryHeight({ ...entry, rows: [...rows, row] }, width, look) > height) {
      made.push({ ...entry, rows });
      rows = [];
    }
    rows.push(row);
  }
  return [...made, { ...entry, rows }];
};

type Column = readonly ReviewEntry[];

/** Entries one below the other, in as many columns as they take. */
const columnsFor = (
  entries: readonly ReviewEntry[],
  width: number,
  height: number,
  look: Look,
): readonly Column[] => {
  const columns: ReviewEntry[][] = [];
  let left = 0;
  for (const entry of entries.flatMap((each) => pieces(each, width, height, look))) {
    const needed = entryHeight(entry, width, look);
    const last = columns.at(-1);
    if (last !== undefined && needed + MIN_GAP_MM <= left) {
      last.push(entry);
      left -= needed + MIN_GAP_MM;
    } else {
      columns.push([entry]);
      left = height - needed;
    }
  }
  return columns;
};

export type ReviewLayout = {
  readonly columns: number;
  /** The columns of each part. */
  readonly parts: readonly (readonly Column[])[];
  /** Every word and every name has room. */
  readonly whole: boolean;
};

/** The fewest parts, then the fewest columns. */
export const reviewLayout = (
  entries: readonly ReviewEntry[],
  box: Box,
  look: Look,
): ReviewLayout => {
  let found: ReviewLayout | null = null;
  for (let columns = 1; columns <= MAX_COLUMNS; columns += 1) {
    const width = gridOf(box, columns, 1)[0]?.width ?? box.width;
    const made = columnsFor(entries, width, box.height, look);
    // A word wider than its line, or a name higher than its column: more columns only make it worse.
    const broken = made.some((column) =>
      column.some((entry) => entryHeight(entry, width, look) > box.height),
    );
    if (broken && found !== null) break;
    const parts = Array.from({ length: Math.ceil(made.length / columns) }, (_, part) =>
      made.slice(part * columns, (part + 1) * columns),
    );
    if (found === null || parts.length < found.parts.length)
      found = { columns, parts, whole: !broken };
    if (parts.length <= 1) break;
  }
  return found ?? { columns: 1, parts: [[]], whole: true };
};
