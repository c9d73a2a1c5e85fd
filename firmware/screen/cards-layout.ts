/**
 * How the party cards lie on a panel: with their names in every size of text, on more pages where that
 * takes them; with short names alone only on a panel that has no room for one card's name. All cards of a
 * ballot look alike and every page is alike, so that none stands out.
 */
import type { Ballot } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { Box } from '#hal/scene.ts';
import { organisationOf } from './ballot-parts.ts';
import { areasOf } from './frame.ts';
import type { Look } from './look.ts';
import {
  cellsThatFit,
  gridOf,
  inset,
  LINE_HEIGHT,
  linesNeeded,
  type PanelSize,
  sizeThatFits,
  textWidth,
} from './measure.ts';

export type CardsLayout = {
  readonly columns: number;
  readonly rows: number;
  /** Em sizes, mm, alike on all cards. */
  readonly shortSize: number;
  readonly nameSize: number;
  /** Side of the emblem, mm. */
  readonly emblem: number;
  /** Emblem left of the short name, or above it. */
  readonly beside: boolean;
  /** Height of the name, which stands under the short name's line. Null: no name is shown. */
  readonly nameHeight: number | null;
  /** The name stands under the emblem as well, over the whole width: for large letters. */
  readonly nameBelow: boolean;
};

/** How a cell looks, wherever it lies. */
type CellLook = Omit<CardsLayout, 'columns' | 'rows'>;

type Names = { readonly short: readonly string[]; readonly full: readonly string[] };

const PADDING_MM = 1.3;
const BETWEEN_MM = 1.6;
/** Room between the end of a line and the rim. */
const AFTER_MM = 0.8;
/** Most names are shorter than the longest: the larger part of what is left is over them. */
const SLACK_ABOVE = 0.8;
const SHORT_MOST_MM = 6.4;
const NAME_MOST_MM = 4;
const EMBLEM_MOST_MM = 22;
const EMBLEM_LEAST_MM = 6;
const EMBLEM_NAMED_MM = 10.5;
const EMBLEM_OVER_NAME_MM = 8.5;
const EMBLEM_BESIDE_MM = 8.5;
const CELL_LEAST_MM = 28;
const CELL_HEIGHT_LEAST_MM = 12.8;
const ASPECT_MOST = 4.2;
/** Beside their emblems short names may take so many times the fewest pages. */
const BESIDE_PAGES = 1.4;
/** A name under its emblem is worth it where it saves pages: so many times the fewest may stand beside. */
const NAME_BESIDE_PAGES = 1.2;
const COLUMNS_MOST = 12;

export const cellParts = (
  box: Box,
  { emblem, beside, nameHeight, nameBelow, shortSize }: CardsLayout,
): { readonly emblem: Box; readonly short: Box; readonly name: Box | null } => {
  const inner = inset(box, PADDING_MM);
  if (!beside) {
    const x = inner.x + (inner.width - emblem) / 2;
    const top = { x, y: inner.y, width: emblem, height: emblem };
    const y = inner.y + emblem;
    return { emblem: top, short: { ...inner, y, height: inner.y + inner.height - y }, name: null };
  }
  if (nameBelow && nameHeight !== null) {
    const row = Math.max(emblem, shortSize * LINE_HEIGHT);
    const top = inner.y + Math.max(0, inner.height - row - nameHeight) / 2;
    const at = inner.x + emblem + BETWEEN_MM;
    return {
      emblem: { x: inner.x, y: top + (row - emblem) / 2, width: emblem, height: emblem },
      short: { x: at, y: top, width: inner.x + inner.width - at - AFTER_MM, height: row },
      name: { ...inner, y: top + row, width: inner.width - AFTER_MM, height: nameHeight },
    };
  }
  const picture = {
    ...inner,
    y: inner.y + (inner.height - emblem) / 2,
    width: emblem,
    height: emblem,
  };
  const x = inner.x + emblem + BETWEEN_MM;
  const words = { ...inner, x, width: inner.x + inner.width - x - AFTER_MM };
  const line = shortSize * LINE_HEIGHT;
  if (nameHeight === null) return { emblem: picture, short: words, name: null };
  const y = words.y + Math.max(0, words.height - line - nameHeight) * SLACK_ABOVE;
  return {
    emblem: picture,
    short: { ...words, y, height: line },
    name: { ...words, y: y + line, height: nameHeight },
  };
};

/** The largest size, alike for all, in which every text fits; null: none. */
const commonSize = (
  texts: readonly string[],
  box: Box,
  most: number,
  least: number,
  bold: boolean,
): number | null => {
  let size: number = most;
  for (const text of texts) {
    const fitting = sizeThatFits(text, box, size, least, bold);
    if (fitting === null) return null;
    size = Math.min(size, fitting);
  }
  return size;
};

/** The largest size, alike for all, in which every text stands on one line; null: none. */
const lineSize = (
  texts: readonly string[],
  width: number,
  most: number,
  least: number,
): number | null => {
  const widest = Math.max(0.01, ...texts.map((text) => textWidth(text, 1, true)));
  const size = Math.min(most, width / widest);
  return size < least ? null : size;
};

/** Sides of an emblem to try: as high as the cell, and smaller. */
const emblemsIn = ({ height, width }: Box): readonly number[] =>
  [Math.min(EMBLEM_MOST_MM, height, width * 0.4), 14, 12, 10.5, 9, EMBLEM_LEAST_MM].filter(
    (side, index, all) => side <= height && (index === 0 || side < (all[0] ?? 0)),
  );

/** Short name and name beside an emblem in cells of this size; null: no room. */
const withNames = ({ short, full }: Names, cell: Box, look: Look): CellLook | null => {
  const inner = inset(cell, PADDING_MM);
  for (const emblem of emblemsIn(inner)) {
    // A name is not worth an emblem that nobody makes out.
    if (emblem < EMBLEM_NAMED_MM) break;
    const width = inner.width - emblem - BETWEEN_MM - AFTER_MM;
    for (const nameSize of [NAME_MOST_MM * look.scale, look.least]) {
      if (nameSize < look.least) continue;
      const lines = full.map((name) => linesNeeded(name, width, nameSize, false));
      if (lines.includes(null)) continue;
      const most = Math.max(0, ...lines.map((each) => each ?? 0));
      const nameHeight = most * nameSize * LINE_HEIGHT + 1e-6;
      const left = inner.height - nameHeight;
      const largest = Math.min(SHORT_MOST_MM * look.scale, left / LINE_HEIGHT);
      if (largest < look.least) continue;
      const shortSize = lineSize(short, width, largest, look.least);
      if (shortSize !== null)
        return { shortSize, nameSize, emblem, beside: true, nameHeight, nameBelow: false };
    }
  }
  return null;
};

/** Emblem and short name in a row, the name under both; null: no room. */
const withNamesBelow = ({ short, full }: Names, cell: Box, look: Look): CellLook | null => {
  const inner = inset(cell, PADDING_MM);
  for (const nameSize of [NAME_MOST_MM * look.scale, look.least]) {
    if (nameSize < look.least) continue;
    const lines = full.map((name) => linesNeeded(name, inner.width - AFTER_MM, nameSize, false));
    if (lines.includes(null)) continue;
    const nameHeight =
      Math.max(0, ...lines.map((each) => each ?? 0)) * nameSize * LINE_HEIGHT + 1e-6;
    const row = inner.height - nameHeight;
    for (const emblem of emblemsIn({ ...inner, height: row })) {
      if (emblem < EMBLEM_OVER_NAME_MM) break;
      const largest = Math.min(SHORT_MOST_MM * look.scale, row / LINE_HEIGHT);
      if (largest < look.least) continue;
      const width = inner.width - emblem - BETWEEN_MM - AFTER_MM;
      const shortSize = lineSize(short, width, largest, look.least);
      if (shortSize !== null)
        return { shortSize, nameSize, emblem, beside: true, nameHeight, nameBelow: true };
    }
  }
  return null;
};

/** No name. */
const bare = (shortSize: number, emblem: number, look: Look, beside: boolean): CellLook => ({
  shortSize,
  nameSize: look.least,
  emblem,
  beside,
  nameHeight: null,
  nameBelow: false,
});

/** The short name alone, beside the emblem. */
const besideEmblem = (short: readonly string[], cell: Box, look: Look): CellLook | null => {
  const inner = inset(cell, PADDING_MM);
  const most = SHORT_MOST_MM * look.scale;
  for (const emblem of emblemsIn(inner)) {
    if (emblem < EMBLEM_BESIDE_MM) break;
    const box = { ...inner, width: inner.width - emblem - BETWEEN_MM - AFTER_MM };
    const shortSize = commonSize(short, box, most, look.least, true);
    if (shortSize !== null) return bare(shortSize, emblem, look, true);
  }
  return null;
};

/** The short name alone, under the emblem: for large letters in small cells. */
const underEmblem = (short: readonly string[], cell: Box, look: Look): CellLook | null => {
  const inner = inset(cell, PADDING_MM);
  const most = SHORT_MOST_MM * look.scale;
  for (const emblem of emblemsIn(inner)) {
    const box = { ...inner, height: inner.height - emblem };
    const shortSize = commonSize(short, box, most, look.least, true);
    if (shortSize !== null) return bare(shortSize, emblem, look, false);
  }
  return null;
};

const pagesOf = (cards: number, { columns, rows }: Pick<CardsLayout, 'columns' | 'rows'>): number =>
  Math.ceil(cards / (columns * rows));

type Grid = { readonly columns: number; readonly rows: number; readonly cell: Box };

/** Grids from many small cells to few large ones, none of them much wider than high. */
const gridsOf = (main: Box): readonly Grid[] => {
  const least = Math.min(CELL_LEAST_MM, main.width);
  const columns = Math.min(COLUMNS_MOST, cellsThatFit(main.width, least));
  const rows = cellsThatFit(main.height, CELL_HEIGHT_LEAST_MM);
  const grids: Grid[] = [];
  for (let row = rows; row >= 1; row -= 1)
    for (let column = columns; column >= 1; column -= 1) {
      const cell = gridOf(main, column, row)[0] ?? main;
      if (cell.width <= cell.height * ASPECT_MOST || column === columns)
        grids.push({ columns: column, rows: row, cell });
    }
  return grids.sort((one, other) => other.columns * other.rows - one.columns * one.rows);
};

/** The fewest pages, and among those the largest cells. Null: no grid has room. */
const best = (
  grids: readonly Grid[],
  cards: number,
  lookAt: (cell: Box) => CellLook | null,
): CardsLayout | null => {
  let found: CardsLayout | null = null;
  for (const { columns, rows, cell } of grids) {
    if (found !== null && pagesOf(cards, { columns, rows }) > pagesOf(cards, found)) break;
    const look = lookAt(cell);
    if (look !== null) found = { columns, rows, ...look };
  }
  return found;
};

/** The least that any card needs: an emblem, and its short name in the smallest size somewhere. */
const plainest = (names: Names, { columns, rows, cell }: Grid, look: Look): CardsLayout => {
  const widest = Math.max(1, ...names.short.map((each) => textWidth(each, look.least, true)));
  const shortSize = Math.min(look.least, (look.least * (cell.width - 2 * PADDING_MM)) / widest);
  return {
    columns,
    rows,
    shortSize,
    nameSize: shortSize,
    emblem: EMBLEM_LEAST_MM,
    beside: false,
    nameHeight: null,
    nameBelow: false,
  };
};

/** The first of these that does not cost too many pages more than the best of them. */
const richest = (
  cards: number,
  candidates: readonly { readonly pages: number; readonly layout: CardsLayout | null }[],
): CardsLayout | null => {
  const found = candidates.flatMap(({ pages, layout }) =>
    layout === null ? [] : [{ pages, layout }],
  );
  const fewest = Math.min(...found.map(({ layout }) => pagesOf(cards, layout)));
  return (
    found.find(({ pages, layout }) => pagesOf(cards, layout) <= fewest * pages)?.layout ?? null
  );
};

/** Names if any grid has room for them, whatever pages they take; else the short names. */
const work = (names: Names, panel: PanelSize, look: Look): CardsLayout => {
  const { main } = areasOf(panel);
  const grids = gridsOf(main);
  const cards = names.short.length;
  const named = richest(cards, [
    {
      pages: NAME_BESIDE_PAGES,
      layout: best(grids, cards, (cell) => withNames(names, cell, look)),
    },
    { pages: 1, layout: best(grids, cards, (cell) => withNamesBelow(names, cell, look)) },
  ]);
  const short =
    named ??
    richest(cards, [
      {
        pages: BESIDE_PAGES,
        layout: best(grids, cards, (cell) => besideEmblem(names.short, cell, look)),
      },
      { pages: 1, layout: best(grids, cards, (cell) => underEmblem(names.short, cell, look)) },
    ]);
  return short ?? plainest(names, grids.at(-1) ?? { columns: 1, rows: 1, cell: main }, look);
};

/** Layouts already worked out: they follow from the ballot alone, never from what is chosen. */
const KNOWN = new WeakMap<Ballot, Map<string, CardsLayout>>();
const MAX_KNOWN = 64;

export const cardsLayout = (
  definition: ElectionDefinition,
  ballot: Ballot,
  panel: PanelSize,
  look: Look,
): CardsLayout => {
  const known = KNOWN.get(ballot) ?? new Map<string, CardsLayout>();
  KNOWN.set(ballot, known);
  const key = `${panel.widthMm} ${panel.heightMm} ${look.text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const organisations = ballot.cards.map((card) => organisationOf(definition, card));
  const names = {
    short: organisations.map(({ shortName }) => shortName),
    full: organisations.map(({ name }) => name),
  };
  const layout = work(names, panel, look);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, layout);
  return layout;
};
