/** How the options of a card lie: in as few parts as they have room, each with its name in full. */

import type { Box } from '#hal/scene.ts';
import type { Look } from './look.ts';
import {
  cellsThatFit,
  inset,
  LINE_HEIGHT,
  linesNeeded,
  MIN_GAP_MM,
  MIN_TARGET_MM,
} from './measure.ts';
import type { Sentence } from './parts.ts';

const OPTION_WIDTH_LEAST_MM = 44;
const OPTION_PADDING_MM = 1.2;
const OPTION_TEXT_MM = 3;
/** Kept free for the tick, chosen or not, so that nothing moves when it comes. */
const TICK_ROOM_MM = 10.4;
const NAME_SIZE_MM = 5;
const CONTEST_SIZE_MM = 3.4;

export type OptionLayout = {
  readonly columns: number;
  readonly rows: number;
  readonly parts: number;
  /** The name of the contest stands under each option. */
  readonly contests: boolean;
};

export type OptionText = { readonly name: string; readonly contest: string };

/** Where the text of an option stands in its cell. */
export const optionTextRoom = (cell: Box): Box => {
  const inner = inset(cell, OPTION_PADDING_MM);
  const x = cell.x + OPTION_TEXT_MM;
  return { ...inner, x, width: cell.width - OPTION_TEXT_MM - TICK_ROOM_MM };
};

export const optionSentences = (
  { name, contest }: OptionText,
  contests: boolean,
  look: Look,
): readonly Sentence[] => [
  { words: name, size: NAME_SIZE_MM, bold: true },
  ...(contests
    ? [{ words: contest, size: CONTEST_SIZE_MM, colour: look.colours.quiet, before: 0.1 }]
    : []),
];

/** Height of the lowest cell in which all the texts stand in the smallest size. */
export const leastOptionCell = (
  texts: readonly OptionText[],
  width: number,
  contests: boolean,
  look: Look,
): number => {
  const room = optionTextRoom({ x: 0, y: 0, width, height: MIN_TARGET_MM + 6 });
  const heights = texts.map(({ name, contest }) => {
    const lines =
      (linesNeeded(name, room.width, look.least, true) ?? MANY_LINES) +
      (contests && contest !== ''
        ? (linesNeeded(contest, room.width, look.least, false) ?? MANY_LINES)
        : 0);
    return lines * look.least * LINE_HEIGHT + (contests ? 0.1 * look.least : 0);
  });
  return Math.max(MIN_TARGET_MM, ...heights.map((height) => height + 2 * OPTION_PADDING_MM + 0.01));
};

/** A word that is wider than the line: this arrangement has no room. */
const MANY_LINES = 99;

/**
 * Columns, rows and parts for so many options and SELECCIONAR TODO: the fewest parts, then the widest
 * cells. With the contests' names where they have room. `all`: what SELECCIONAR TODO is called. Null: not even one option has room.
 */
export const optionLayout = (
  texts: readonly OptionText[],
  all: string,
  box: Box,
  look: Look,
): OptionLayout | null => {
  const gathers = texts.length > 1 ? 1 : 0;
  const needed = gathers === 0 ? texts : [...texts, { name: all, contest: '' }];
  let found: OptionLayout | null = null;
  for (const contests of [true, false]) {
    for (let columns = 1; columns <= cellsThatFit(box.width, OPTION_WIDTH_LEAST_MM); columns += 1) {
      const width = (box.width - (columns - 1) * MIN_GAP_MM) / columns;
      const height = leastOptionCell(needed, width, contests, look);
      if (height > box.height) continue;
      const most = cellsThatFit(box.height, height);
      // SELECCIONAR TODO is on every part, so that it is always at hand.
      const perPart = columns * most - gathers;
      if (perPart < 1) continue;
      const parts = Math.ceil(texts.length / perPart);
      const shown = Math.min(texts.length, perPart) + gathers;
      const rows = parts > 1 ? most : Math.ceil(shown / columns);
      if (found === null || parts < found.parts) found = { columns, rows, parts, contests };
    }
    if (found !== null && found.parts === 1) return found;
  }
  return found;
};
