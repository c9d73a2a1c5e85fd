/**
 * What a finger on the ballot does: mark, turn the page, look at a card, review, answer a message. Only
 * the marks and the view change here; the answer `cast` ends it.
 */

import type { Marks } from '#firmware/election/ballot.ts';
import {
  isBlank,
  type MarkRefusal,
  selectAllOfCard,
  toggleOption,
  unmarkedPositions,
} from '#firmware/election/contest-rules.ts';
import type { Result } from '#hal/result.ts';
import type { BallotView, StageOf } from './state.ts';
import type { BoothFacts } from './step.ts';

type BallotStage = StageOf<'ballot'>;
type Change = Partial<Pick<BallotStage, 'marks' | 'page' | 'part' | 'view'>>;

/** No ballot has more pages than cards. */
const lastPage = (stage: BallotStage): number => Math.max(0, stage.attempt.ballot.cards.length - 1);

const CARDS: BallotView = { kind: 'cards' };
const OPTION = /^option:(\d{1,4}):(\d{1,5})$/;
const ALL = /^all:(.+)$/;
const CARD = /^card:(?!close$)(.+)$/;

/** The part of the ballot that is open for marking. */
const openPart = ({ view }: BallotStage): Extract<BallotView, { kind: 'cards' | 'card' }> | null =>
  view.kind === 'cards' || view.kind === 'card' ? view : null;

const marked = (
  under: Extract<BallotView, { kind: 'cards' | 'card' }>,
  result: Result<Marks, MarkRefusal>,
): Change => {
  if (result.ok) return { marks: result.value };
  const { kind, contestIndex, positions, otherCardId, marks } = result.error;
  return {
    marks,
    view: { kind: 'refused', why: { kind, contestIndex, positions, otherCardId }, under },
  };
};

const mark = (facts: BoothFacts, stage: BallotStage, action: string): Change | null => {
  const under = openPart(stage);
  if (under === null) return null;
  const { ballot } = stage.attempt;
  const { rules } = facts.definition;
  const option = OPTION.exec(action);
  if (option !== null) {
    const [contestIndex, optionIndex] = [Number(option[1]), Number(option[2])];
    if (ballot.contests[contestIndex]?.options[optionIndex] === undefined) return null;
    return marked(under, toggleOption(ballot, stage.marks, contestIndex, optionIndex, rules));
  }
  const cardId = ALL.exec(action)?.[1];
  if (cardId === undefined || !ballot.cards.some(({ id }) => id === cardId)) return null;
  return marked(under, selectAllOfCard(ballot, stage.marks, cardId, rules));
};

/** No card and no review has more parts than the ballot has options and positions. */
const lastPart = ({ attempt }: BallotStage): number =>
  attempt.ballot.contests.reduce(
    (sum, { contest, options }) => sum + contest.votes + options.length,
    0,
  );

/** The parts of a card or of the review. */
const turnPart = (stage: BallotStage, action: string): Change | null => {
  const { part } = stage;
  if (action === 'page:next') return part < lastPart(stage) ? { part: part + 1 } : null;
  if (action === 'page:previous') return part > 0 ? { part: part - 1 } : null;
  return null;
};

const look = (stage: BallotStage, action: string): Change | null => {
  const { view, page } = stage;
  if (view.kind === 'refused') return action === 'message:dismiss' ? { view: view.under } : null;
  if (action === 'card:close') return view.kind === 'card' ? { view: CARDS, part: 0 } : null;
  if (view.kind === 'card' || view.kind === 'review') return turnPart(stage, action);
  if (view.kind !== 'cards') return null;
  const cardId = CARD.exec(action)?.[1];
  if (cardId !== undefined)
    return stage.attempt.ballot.cards.some(({ id }) => id === cardId)
      ? { view: { kind: 'card', cardId }, part: 0 }
      : null;
  if (action === 'page:next') return page < lastPage(stage) ? { page: page + 1 } : null;
  if (action === 'page:previous') return page > 0 ? { page: page - 1 } : null;
  return null;
};

/** VOTAR in the review: the messages come first. */
const confirm = (stage: BallotStage): Change | 'cast' => {
  if (isBlank(stage.marks)) return { view: { kind: 'blank' } };
  const positions = unmarkedPositions(stage.attempt.ballot, stage.marks);
  return positions === 0 ? 'cast' : { view: { kind: 'undervote', positions } };
};

const decide = (stage: BallotStage, action: string): Change | 'cast' | null => {
  switch (stage.view.kind) {
    case 'cards':
    case 'card':
      return action === 'vote' ? { view: { kind: 'review' }, part: 0 } : null;
    case 'review':
      if (action === 'review:change') return { view: CARDS };
      return action === 'review:confirm' ? confirm(stage) : null;
    case 'undervote':
      if (action === 'undervote:complete') return { view: CARDS };
      return action === 'undervote:vote' ? 'cast' : null;
    case 'blank':
      if (action === 'blank:select') return { view: CARDS };
      return action === 'blank:null' ? 'cast' : null;
    case 'refused':
      return null;
  }
};

/** Null: nothing that can be touched now has this name. */
export const touchBallot = (
  facts: BoothFacts,
  stage: BallotStage,
  action: string,
): Change | 'cast' | null =>
  mark(facts, stage, action) ?? look(stage, action) ?? decide(stage, action);
