/**
 * Who comes to vote on a day, and how they behave: drawn from the seed before anything runs, so that
 * a day can be told in advance and repeated. Rates are per voter; a small precinct still gets its
 * share of trouble because the first voters include one of each kind.
 */

import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import type { Locale } from '#firmware/election/definition.ts';
import type { Random } from './random.ts';

/** What a voter does at the screen. */
export type Behaviour =
  /** Marks every position, one by one. */
  | 'full'
  /** SELECCIONAR TODO on one card, then fills what is left. */
  | 'selectAll'
  /** Leaves positions unmarked and confirms the message. */
  | 'undervote'
  /** Begins an undervote, then completes it. */
  | 'completes'
  /** VOTAR NULO. */
  | 'blank'
  /** Marks, changes marks in the review, votes. */
  | 'changesMind'
  /** Does nothing until the time is over. */
  | 'expires'
  /** Asks for more time, then votes. */
  | 'moreTime'
  /** Walks away. */
  | 'leaves';

/** How the finger does at the reader. */
export type FingerPlan = 'good' | 'poorThenGood' | 'neverMatches';

/** What a voter was told to vote for, where it was not left to the voter: options by their places on the ballot. */
export type Wants = {
  readonly choices: readonly { readonly contest: number; readonly option: number }[];
  /** SELECCIONAR TODO on this card gives them; null: they are touched one by one. */
  readonly cardId: string | null;
};

export type VoterPlan = {
  readonly voter: PollbookEntry;
  readonly behaviour: Behaviour;
  readonly finger: FingerPlan;
  /** Comes with a companion, whose national ID is typed. */
  readonly companionId: string | null;
  readonly locale: Locale;
  /** Rejects the first paper, where the election asks. */
  readonly rejects: boolean;
  /** From the queue to the table, ms. */
  readonly walkMs: number;
  /** Between two touches, ms. */
  readonly paceMs: number;
  /** Comes back later and tries to vote again. */
  readonly triesTwice: boolean;
  /** The paper jams while this voter's record is printed. */
  readonly paperJams: boolean;
  /** The operator mistypes the ID first. */
  readonly mistyped: boolean;
  /** Default: the voter chooses freely. */
  readonly wants?: Wants;
};

const BEHAVIOURS: readonly (readonly [Behaviour, number])[] = [
  ['selectAll', 0.42],
  ['full', 0.3],
  ['undervote', 0.12],
  ['completes', 0.04],
  ['changesMind', 0.05],
  ['blank', 0.03],
  ['moreTime', 0.015],
  ['expires', 0.01],
  ['leaves', 0.015],
];

const drawBehaviour = (random: Random): Behaviour => {
  let left = random.unit();
  for (const [behaviour, rate] of BEHAVIOURS) {
    left -= rate;
    if (left < 0) return behaviour;
  }
  return 'full';
};

/** Kinds of trouble that every day has at least once, as far as there are voters. */
const FIRST_BEHAVIOURS: readonly Behaviour[] = BEHAVIOURS.map(([behaviour]) => behaviour);

const drawFinger = (random: Random, at: number): FingerPlan => {
  if (at === 3) return 'neverMatches';
  if (at === 5) return 'poorThenGood';
  const drawn = random.unit();
  if (drawn < 0.02) return 'neverMatches';
  return drawn < 0.1 ? 'poorThenGood' : 'good';
};

/** Plans for all voters of `voters`, in order of arrival: all of them come. */
export const drawScenario = (
  random: Random,
  voters: readonly PollbookEntry[],
  locale: Locale,
): readonly VoterPlan[] =>
  random.shuffle(voters).map((voter, at) => ({
    voter,
    behaviour:
      at > 0 && at <= FIRST_BEHAVIOURS.length ? FIRST_BEHAVIOURS[at - 1]! : drawBehaviour(random),
    finger: drawFinger(random, at),
    companionId: random.chance(0.02) ? `V-${10_000_000 + at}` : null,
    locale: random.chance(0.03) ? (locale === 'es' ? 'en' : 'es') : locale,
    rejects: random.chance(0.03),
    walkMs: random.between(2_000, 8_000),
    paceMs: random.between(500, 2_500),
    triesTwice: at === 6 || random.chance(0.005),
    paperJams: at === 8 || random.chance(0.004),
    mistyped: at === 4 || random.chance(0.01),
  }));
