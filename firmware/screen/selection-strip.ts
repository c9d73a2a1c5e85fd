/**
 * The strip that always shows what is chosen: names as long as they have room, then the cards alone,
 * then how many. Nothing in it is remembered from one scene to the next.
 */
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box } from '#hal/scene.ts';
import { type BallotContext, chosenCards, chosenNames, shortContestName } from './ballot-parts.ts';
import { sayIn } from './frame.ts';
import type { Look } from './look.ts';
import { inset, sizeThatFits, textWidth } from './measure.ts';
import {
  field,
  joined,
  type Part,
  type Sentence,
  said,
  silent,
  stack,
  stackFits,
} from './parts.ts';

const PADDING_MM = 1.3;
const BETWEEN_MM = 2;
const HEAD_SIZE_MM = 3.2;
const NAME_SIZE_MM = 3.8;

/** One contest in the strip: its heading and what stands under it. */
type Column = readonly Sentence[];

/** What is chosen, from much to little. */
const columnsOf = ({ view, stage }: BallotContext): readonly (readonly Column[])[] => {
  const { definition, state, look } = view;
  const { ballot } = stage.attempt;
  const { marks } = stage;
  const headings = ballot.contests.map(({ contest }, index): Sentence => {
    const name = shortContestName(ballot, contest, state.locale);
    const words = `${name} ${marks[index]?.length ?? 0}/${contest.votes}`;
    return { words, size: HEAD_SIZE_MM, bold: true, colour: look.colours.quiet };
  });
  const nothing: Sentence = {
    words: ballotText(state.locale, 'nothingChosen'),
    size: HEAD_SIZE_MM,
    colour: look.colours.quiet,
    before: 0.1,
  };
  const name = (words: string): Sentence => ({
    words,
    size: NAME_SIZE_MM,
    bold: true,
    before: 0.1,
  });
  const under = (names: (contestIndex: number) => readonly string[]): readonly Column[] =>
    headings.map((heading, index) => {
      const some = names(index);
      return [heading, ...(some.length === 0 ? [nothing] : some.map(name))];
    });
  const cards = (index: number): readonly string[] => chosenCards(definition, ballot, marks, index);
  const isList = (index: number): boolean => ballot.contests[index]?.contest.kind === 'list';
  // A list is known by its card alone.
  const names = (index: number): readonly string[] =>
    isList(index) ? cards(index) : chosenNames(view, ballot, marks, index);
  const flowing = ballot.contests.map(({ contest }, index) => {
    const some = cards(index);
    const name = shortContestName(ballot, contest, state.locale);
    return some.length === 0 ? `${name} 0/${contest.votes}` : `${name}: ${some.join(', ')}`;
  });
  // In large letters the cards themselves have no room for a name: it stands here.
  const named = (index: number): readonly string[] =>
    isList(index) ? chosenCards(definition, ballot, marks, index, true) : names(index);
  const brief = (index: number): readonly string[] =>
    cards(index).length === 0 ? [] : [cards(index).join(', ')];
  return [
    ...(look.text === 'standard' ? [] : [under(named)]),
    under(names),
    ...(look.text === 'standard'
      ? []
      : [under((index) => (isList(index) ? named(index) : brief(index)))]),
    under(brief),
    [[{ words: flowing.join(' · '), size: NAME_SIZE_MM, bold: true }]],
    headings.map((heading) => [heading]),
  ];
};

/** No column takes more than this much more than its heading, mm. */
const MORE_MOST_MM = 45;

/** Headings first, the rest to those who have more to say; null: one has no room. */
const cellsFor = (look: Look, columns: readonly Column[], box: Box): readonly Box[] | null => {
  const widthOf = ({ words, size, bold }: Sentence): number =>
    textWidth(words, Math.max(look.least, size * look.scale), bold ?? false);
  const heads = columns.map(([head]) => (head === undefined ? 0 : widthOf(head) + 0.1));
  const more = columns.map((column, index) => {
    const wanted = Math.max(...column.map(widthOf)) - (heads[index] ?? 0);
    return Math.min(MORE_MOST_MM, Math.max(1, wanted));
  });
  const sum = (some: readonly number[]): number => some.reduce((total, each) => total + each, 0);
  const free = box.width - (columns.length - 1) * BETWEEN_MM;
  const left = Math.max(0, free - sum(heads));
  const shrunk = Math.min(1, free / sum(heads));
  let x = box.x;
  const cells = columns.map((_, index) => {
    const width = (heads[index] ?? 0) * shrunk + (left * (more[index] ?? 1)) / sum(more);
    const cell = { ...box, x, width };
    x += width + BETWEEN_MM;
    return cell;
  });
  const fitting = columns.every((column, index) => stackFits(look, column, cells[index] ?? box));
  return fitting ? cells : null;
};

export const selectionStrip = (context: BallotContext, box: Box): Part => {
  const { view, stage } = context;
  const { look, state } = view;
  const inner = inset(box, PADDING_MM);
  const background = field(box, look.colours.surface, look.colours.line);
  for (const columns of columnsOf(context)) {
    const cells = cellsFor(look, columns, inner);
    if (cells === null) continue;
    const where = columns.length > 1 ? 'top' : 'middle';
    const parts = columns.map((column, index) => stack(look, column, cells[index] ?? inner, where));
    return joined(background, ...parts);
  }
  const marked = stage.marks.reduce((sum, each) => sum + each.length, 0);
  const positions = stage.attempt.ballot.contests.reduce(
    (sum, { contest }) => sum + contest.votes,
    0,
  );
  const count = ballotText(state.locale, 'ofPositions', { marked, positions });
  const whole = `${sayIn(state.locale)('yourSelection')}: ${count}`;
  const size = look.least;
  const shown =
    sizeThatFits(whole, inner, size, size, true) === null ? `${marked}/${positions}` : whole;
  const line = stack(look, [{ words: shown, size: 4.6, bold: true, align: 'centre' }], inner);
  return joined(background, silent(line), said(whole));
};
