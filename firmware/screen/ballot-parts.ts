/** What the scenes of the ballot share: names of options, the strip of what is chosen, the card. */

import type { StageOf } from '#firmware/booth/state.ts';
import type { Ballot, BallotContest, BallotOption, Marks } from '#firmware/election/ballot.ts';
import type {
  Alliance,
  Contest,
  ElectionDefinition,
  Locale,
  Organisation,
  PartyCard,
} from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box } from '#hal/scene.ts';
import { sayIn, type View } from './frame.ts';
import { LINE_HEIGHT, MIN_TEXT_MM } from './measure.ts';
import { COLOURS, field, joined, label, type Part } from './parts.ts';

/** What the scenes of the ballot are made from. */
export type BallotContext = {
  readonly view: View;
  readonly stage: StageOf<'ballot'>;
};

export const organisationOf = (definition: ElectionDefinition, card: PartyCard): Organisation => {
  const found = definition.organisations.find((each) => each.id === card.organisationId);
  if (found === undefined) throw new Error(`no organisation ${card.organisationId}`);
  return found;
};

export const allianceOf = (definition: ElectionDefinition, card: PartyCard): Alliance | undefined =>
  definition.alliances.find((each) => each.organisationIds.includes(card.organisationId));

export const cardOf = (ballot: Ballot, cardId: string): PartyCard => {
  const found = ballot.cards.find((card) => card.id === cardId);
  if (found === undefined) throw new Error(`no card ${cardId} on this ballot`);
  return found;
};

/** What an option is called on its own card: the candidate's name, or LISTA. */
export const optionName = (
  definition: ElectionDefinition,
  locale: Locale,
  option: BallotOption,
): string =>
  option.candidateId === null
    ? ballotText(locale, 'list')
    : (definition.candidates.find((each) => each.id === option.candidateId)?.name ?? '');

/** What an option is called among others: with the card it is on. */
export const optionWithCard = (
  definition: ElectionDefinition,
  locale: Locale,
  ballot: Ballot,
  option: BallotOption,
): string => {
  const { shortName } = organisationOf(definition, cardOf(ballot, option.cardId));
  return `${optionName(definition, locale, option)} · ${shortName}`;
};

/** Marked options of one card. */
export const markedOnCard = (ballot: Ballot, marks: Marks, cardId: string): number =>
  ballot.contests.reduce(
    (sum, { options }, index) =>
      sum + (marks[index] ?? []).filter((option) => options[option]?.cardId === cardId).length,
    0,
  );

export const unmarkedWords = (locale: Locale, count: number): string =>
  count === 1 ? ballotText(locale, 'unmarkedOne') : ballotText(locale, 'unmarkedMany', { count });

/** The names chosen in a contest, in the order of the ballot. */
export const chosenNames = (
  { definition, state }: View,
  ballot: Ballot,
  marks: Marks,
  contestIndex: number,
): readonly string[] =>
  (marks[contestIndex] ?? []).flatMap((optionIndex) => {
    const option = ballot.contests[contestIndex]?.options[optionIndex];
    return option === undefined ? [] : [optionWithCard(definition, state.locale, ballot, option)];
  });

const LINE_MM = MIN_TEXT_MM * LINE_HEIGHT;
const MAX_STRIP_COLUMNS = 3;
const STRIP_PADDING_MM = 1.2;

/** A short name for a contest in the strip: its kind where that is enough, else its name. */
const shortContestName = (ballot: Ballot, contest: Contest, locale: Locale): string => {
  const alike = ballot.contests.filter((each) => each.contest.kind === contest.kind).length;
  return alike === 1 ? ballotText(locale, contest.kind) : contest.name[locale];
};

/** What is chosen in a contest, short: a list by its card alone. */
const shortChoices = (
  { definition, state }: View,
  ballot: Ballot,
  marks: Marks,
  contestIndex: number,
): readonly string[] =>
  (marks[contestIndex] ?? []).flatMap((optionIndex) => {
    const option = ballot.contests[contestIndex]?.options[optionIndex];
    if (option === undefined) return [];
    return option.candidateId === null
      ? [organisationOf(definition, cardOf(ballot, option.cardId)).shortName]
      : [optionWithCard(definition, state.locale, ballot, option)];
  });

const stripColumn = (
  { view, stage }: BallotContext,
  { contest }: BallotContest,
  contestIndex: number,
  box: Box,
): Part => {
  const { locale } = view.state;
  const { ballot } = stage.attempt;
  const names = shortChoices(view, ballot, stage.marks, contestIndex);
  const head = { ...box, height: LINE_MM };
  const body = { ...box, y: box.y + LINE_MM, height: box.height - LINE_MM };
  const title = `${shortContestName(ballot, contest, locale)} ${names.length}/${contest.votes}`;
  const heading = label(title, head, { size: 3, bold: true, colour: COLOURS.quiet });
  if (names.length === 0) {
    const words = ballotText(locale, 'nothingChosen');
    return joined(heading, label(words, body, { size: 3.4, colour: COLOURS.quiet }));
  }
  const room = Math.max(1, Math.floor(body.height / LINE_MM));
  const lines = names.length <= room ? names : [...names.slice(0, room - 1), '…'];
  const height = body.height / lines.length;
  const rows = lines.map((words, row) =>
    label(words, { ...body, y: body.y + row * height, height }, { size: 4, bold: true }),
  );
  return joined(heading, ...rows);
};

/** The strip that always shows what is chosen: one column a contest, or the sum of many contests. */
export const selectionStrip = (context: BallotContext, box: Box): Part => {
  const { view, stage } = context;
  const { locale } = view.state;
  const { contests } = stage.attempt.ballot;
  const background = field(box, COLOURS.surface, COLOURS.line);
  const inner = { ...box, x: box.x + STRIP_PADDING_MM, width: box.width - 2 * STRIP_PADDING_MM };
  if (contests.length > MAX_STRIP_COLUMNS) {
    const marked = stage.marks.reduce((sum, each) => sum + each.length, 0);
    const positions = contests.reduce((sum, { contest }) => sum + contest.votes, 0);
    const words = ballotText(locale, 'ofPositions', { marked, positions });
    const title = sayIn(locale)('yourSelection');
    return joined(background, label(`${title}: ${words}`, inner, { size: 4.6, bold: true }));
  }
  const width = inner.width / contests.length;
  const columns = contests.map((contest, index) =>
    stripColumn(context, contest, index, {
      x: inner.x + index * width,
      y: box.y + 0.5,
      width: width - 1,
      height: box.height - 1,
    }),
  );
  return joined(background, ...columns);
};
