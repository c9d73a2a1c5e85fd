/** A person who came to vote, with what this person wants, believes and remembers. */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { Random } from '../../day/random.ts';
import type { VoterPlan } from '../../day/scenario.ts';
import { chooseCard, chooseFreely, marksOf } from '../../day/voter.ts';
import type { Site } from '../site.ts';

export type Visitor = {
  readonly plan: VoterPlan;
  readonly ballot: Ballot;
  /** In order of arrival. */
  readonly number: number;
  readonly intent: Marks;
  /** Wants this first, and changes to `intent` at the review. */
  firstIntent: Marks | null;
  /** What was marked, as far as this person noticed; null: nothing touched yet on this ballot. */
  believed: Marks | null;
  /** What the review showed last. */
  shown: Marks | null;
  place: 'queue' | 'table' | 'booth';
  /** Stands in the booth. */
  there: boolean;
  /** What was confirmed on the screen and not taken back; null: nothing. */
  confirmed: Marks | null;
  /** Rejects the next paper. */
  rejects: boolean;
  /** Comes to the table and is sent away, so often. */
  tries: number;
  typedAtMs: number;
  /** Types a wrong number first. */
  mistyped: boolean;
  companionId: string | null;
  /** Fingers given for this admission. */
  fingers: number;
  languageChosen: boolean;
  /** Has voted already and tries once more. */
  again: boolean;
};

export const noMarks = (ballot: Ballot): Marks => ballot.contests.map(() => []);

export const sameMarks = (a: Marks, b: Marks): boolean => JSON.stringify(a) === JSON.stringify(b);

const wishOf = (plan: VoterPlan, ballot: Ballot, random: Random): Marks => {
  switch (plan.behaviour) {
    case 'blank':
    case 'expires':
    case 'leaves':
      return noMarks(ballot);
    case 'selectAll': {
      const card = chooseCard(ballot, random);
      return marksOf(ballot, card?.choices ?? chooseFreely(ballot, random));
    }
    case 'undervote':
      return marksOf(ballot, chooseFreely(ballot, random).slice(0, -1));
    case 'full':
    case 'completes':
    case 'changesMind':
    case 'moreTime':
      return marksOf(ballot, chooseFreely(ballot, random));
  }
};

export const makeVisitor = (site: Site, plan: VoterPlan, number: number): Visitor => {
  const ballot = resolveBallot(site.options.definition, plan.voter.ballotStyleId);
  const changes = plan.behaviour === 'changesMind' || plan.behaviour === 'completes';
  return {
    plan,
    ballot,
    number,
    intent: wishOf(plan, ballot, site.random),
    firstIntent: changes ? marksOf(ballot, chooseFreely(ballot, site.random).slice(0, 1)) : null,
    believed: null,
    shown: null,
    place: 'queue',
    there: false,
    confirmed: null,
    rejects: plan.rejects,
    tries: 0,
    typedAtMs: Number.NEGATIVE_INFINITY,
    mistyped: plan.mistyped,
    companionId: plan.companionId,
    fingers: 0,
    languageChosen: false,
    again: false,
  };
};
