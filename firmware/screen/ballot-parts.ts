/** What the scenes of the ballot share: names of cards, options and contests. */

import type { StageOf } from '#firmware/booth/state.ts';
import type { Ballot, BallotOption, Marks } from '#firmware/election/ballot.ts';
import type {
  Alliance,
  Contest,
  ElectionDefinition,
  Locale,
  Organisation,
  PartyCard,
} from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { type Header, headerOf, type View, warningHeader } from './frame.ts';

/** What the scenes of the ballot are made from. */
export type BallotContext = {
  readonly view: View;
  readonly stage: StageOf<'ballot'>;
};

/** All scenes of a voter's ballot go by one name: a name may be written down. */
export const BALLOT_SCENE = 'ballot';

/** The usual header, or the warning that the time runs out. `titles`: instead of the election's. */
export const ballotHeader = (
  { view, stage }: BallotContext,
  titles: readonly string[] = [],
): Header =>
  stage.time === 'warned'
    ? warningHeader(view, !stage.extended && view.definition.rules.extensionMs > 0)
    : headerOf(view, titles);

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

/**
 * What an option is called among others: with the card it is on. A list has no candidate's name to be
 * known by, so it has its organisation's whole name too, where there is room (`whole`).
 */
export const optionWithCard = (
  definition: ElectionDefinition,
  locale: Locale,
  ballot: Ballot,
  option: BallotOption,
  whole = true,
): string => {
  const { name, shortName } = organisationOf(definition, cardOf(ballot, option.cardId));
  const known = option.candidateId !== null || !whole || name === shortName;
  return [optionName(definition, locale, option), shortName, ...(known ? [] : [name])].join(' · ');
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
  whole = true,
): readonly string[] =>
  (marks[contestIndex] ?? []).flatMap((optionIndex) => {
    const option = ballot.contests[contestIndex]?.options[optionIndex];
    return option === undefined
      ? []
      : [optionWithCard(definition, state.locale, ballot, option, whole)];
  });

/** A short name for a contest: its kind where that is enough, else its name. */
export const shortContestName = (ballot: Ballot, contest: Contest, locale: Locale): string => {
  const alike = ballot.contests.filter((each) => each.contest.kind === contest.kind).length;
  return alike === 1 ? ballotText(locale, contest.kind) : contest.name[locale];
};

/** The short names of the cards on which a contest's marks are; `whole`: with their names. */
export const chosenCards = (
  definition: ElectionDefinition,
  ballot: Ballot,
  marks: Marks,
  contestIndex: number,
  whole = false,
): readonly string[] =>
  (marks[contestIndex] ?? []).flatMap((optionIndex) => {
    const option = ballot.contests[contestIndex]?.options[optionIndex];
    if (option === undefined) return [];
    const { name, shortName } = organisationOf(definition, cardOf(ballot, option.cardId));
    return [whole && name !== shortName ? `${shortName} · ${name}` : shortName];
  });

/** What is chosen, contest by contest, to be said. */
export const chosenInWords = ({ view, stage }: BallotContext): readonly string[] => {
  const { locale } = view.state;
  const { ballot } = stage.attempt;
  return ballot.contests.map(({ contest }, index) => {
    const names = chosenNames(view, ballot, stage.marks, index);
    const words = names.length === 0 ? ballotText(locale, 'nothingChosen') : names.join('; ');
    const of = ballotText(locale, 'ofPositions', {
      marked: names.length,
      positions: contest.votes,
    });
    return `${contest.name[locale]}, ${of}: ${words}`;
  });
};

/** Said when it comes: the time runs out. */
export const timeWords = ({ view, stage }: BallotContext): readonly string[] =>
  stage.time === 'warned' ? [screenText(view.state.locale, 'timeWarning')] : [];
