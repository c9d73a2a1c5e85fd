/**
 * The risk of each contest of a country: its boxes in the order of the draw, as far as they were counted
 * without a gap, and for each assertion what they overstate (risk.ts). The contest's risk is that of its
 * weakest assertion. A box is held to hold at most as many papers as the register has voters: nothing
 * that a machine says bounds it.
 */
import { allocateSeats, electByMajority, type Tally } from '#firmware/election/seats.ts';
import type { ContestPart } from '#firmware/nation/ballot-form.ts';
import type { SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { drawOrder } from '../sampler.ts';
import { type Assertion, assertionsOf, competitorOf } from './assertions.ts';
import { announcedVotes, type Country, type Precinct, partOf } from './country.ts';
import type { CountedBox } from './counts.ts';
import { soundCount } from './reconcile.ts';
import { riskAfter } from './risk.ts';

export type ContestRisk = {
  readonly id: string;
  readonly kind: SeatResult['kind'];
  /** `counted`: every box was, the papers decide. `tied`: announced votes do not decide it, or nobody has any; `uncontested`: nobody could have lost. */
  readonly state: 'measured' | 'counted' | 'tied' | 'uncontested';
  /** 0 to 1. */
  readonly risk: number;
  /** The assertion of that risk; null: there is none. */
  readonly weakest: Assertion | null;
  readonly assertions: number;
  /** Boxes of the contest, how many were counted, and how many of those stand at the beginning of the draw. */
  readonly boxes: number;
  readonly counted: number;
  readonly inOrder: number;
  /** The first in the draw that was not counted: where one goes on; null: all were. */
  readonly next: string | null;
};

/** Votes by the place of their competitor in the result. */
type VotesOf = Float64Array;
type Batch = {
  readonly id: string;
  readonly registered: number;
  readonly announced: VotesOf;
  readonly paper: VotesOf | null;
};

/** The contests whose votes decide it: itself, or those that a summed list adds up. */
const contestsOf = ({ summedLists }: NationalOffer, { id, kind }: SeatResult): readonly string[] =>
  kind === 'summed' ? (summedLists.find((list) => list.id === id)?.contestIds ?? []) : [id];

const assertionRisk = (
  { winnerDivisor, loserDivisor, margin }: Assertion,
  [winner, loser]: readonly [number, number],
  batches: readonly Batch[],
  inOrder: number,
): number => {
  const score = (votes: VotesOf): number =>
    votes[winner]! * loserDivisor - votes[loser]! * winnerDivisor;
  const bounds = new Float64Array(batches.length);
  const errors = new Float64Array(inOrder);
  batches.forEach(({ registered, announced, paper }, at) => {
    const said = score(announced);
    bounds[at] = (said + winnerDivisor * registered) / margin;
    if (at < inOrder && paper !== null) errors[at] = (said - score(paper)) / margin;
  });
  return riskAfter(bounds, errors);
};

/** Seats by votes alone, before a rule decides ties: the same for two sets of votes, or not. */
const outcomeOf = ({ kind, seats }: SeatResult, tallies: readonly Tally[]): string =>
  JSON.stringify(
    kind === 'list' || kind === 'summed'
      ? allocateSeats(tallies, seats)
      : electByMajority(tallies, seats),
  );

/** All papers were counted: do they give the seats, and the ties, that were announced? */
const papersAgree = (result: SeatResult, batches: readonly Batch[]): boolean => {
  const onPaper = result.competitors.map(({ id }, at) => ({
    id,
    votes: batches.reduce((sum, { paper }) => sum + (paper?.[at] ?? 0), 0),
  }));
  return outcomeOf(result, onPaper) === outcomeOf(result, result.competitors);
};

/** The boxes of a contest, or of those that a summed list adds up, in the order of the draw. */
const batchesOf = (
  { offer }: Country,
  result: SeatResult,
  places: ReadonlyMap<string, number>,
  order: readonly Precinct[],
  counted: ReadonlyMap<string, CountedBox>,
): readonly Batch[] => {
  const whose = competitorOf(offer);
  const sums = ({ options }: ContestPart, votes: readonly number[]): VotesOf => {
    const all = new Float64Array(places.size);
    options.forEach((option, at) => {
      all[places.get(whose(option))!]! += votes[at]!;
    });
    return all;
  };
  const contestIds = contestsOf(offer, result);
  return order.flatMap((precinct) =>
    contestIds.flatMap((contestId): readonly Batch[] => {
      const part = partOf(precinct, contestId);
      if (part === undefined) return [];
      const box = counted.get(precinct.id);
      const count = box === undefined ? null : soundCount(box, part);
      return [
        {
          id: precinct.id,
          registered: precinct.registered,
          announced: sums(part, announcedVotes(precinct, part)),
          paper: count === null ? null : sums(part, count.votes),
        },
      ];
    }),
  );
};

/** Every contest and summed list, in the order of the seats. `seed`: that of the draw. */
export const contestRisks = (
  country: Country,
  boxes: readonly CountedBox[],
  seed: string,
): readonly ContestRisk[] => {
  const { precincts, seats } = country;
  const counted = new Map(boxes.map((box) => [box.precinct.id, box]));
  const order = drawOrder([...precincts.values()], ({ id }) => id, seed).map(({ item }) => item);
  return seats.map((result): ContestRisk => {
    const places = new Map(result.competitors.map(({ id }, at) => [id, at]));
    const batches = batchesOf(country, result, places, order, counted);
    const gap = batches.findIndex(({ paper }) => paper === null);
    const inOrder = gap === -1 ? batches.length : gap;
    const assertions = assertionsOf(result);
    const of = {
      id: result.id,
      kind: result.kind,
      assertions: assertions.length,
      boxes: batches.length,
      counted: batches.filter(({ paper }) => paper !== null).length,
      inOrder,
      next: batches[gap]?.id ?? null,
    };
    if (gap === -1)
      return {
        ...of,
        state: 'counted',
        risk: papersAgree(result, batches) ? 0 : 1,
        weakest: null,
      };
    const tied = assertions.find(({ margin }) => margin <= 0);
    if (tied !== undefined || result.tie !== null || result.vacant > 0)
      return { ...of, state: 'tied', risk: 1, weakest: tied ?? null };
    if (assertions.length === 0) return { ...of, state: 'uncontested', risk: 0, weakest: null };
    let worst = { risk: -1, weakest: assertions[0] ?? null };
    for (const assertion of assertions) {
      const pair = [places.get(assertion.winner)!, places.get(assertion.loser)!] as const;
      const risk = assertionRisk(assertion, pair, batches, inOrder);
      if (risk > worst.risk) worst = { risk, weakest: assertion };
    }
    return { ...of, state: 'measured', ...worst };
  });
};
