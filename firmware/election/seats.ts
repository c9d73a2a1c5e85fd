/**
 * From totals to seats. Lists: d'Hondt over alliances (an organisation in none stands for itself).
 * Nominal and indigenous contests: relative majority, a candidate's votes being the sum over all
 * cards that present them. What votes alone do not decide is said, never decided here.
 */
import type { ContestTotals } from './ballot.ts';
import type { ElectionDefinition } from './definition.ts';

/** Votes of one competitor: an alliance, an organisation or a candidate. */
export type Tally = { readonly id: string; readonly votes: number };

export type Seats = {
  /** Seats of each competitor, in the order given. */
  readonly seats: readonly number[];
  /** Seats that a tie leaves open, and the indexes of those tied for them. */
  readonly undecided: number;
  readonly tied: readonly number[];
};

export const MAX_SEATS = 1000;

/**
 * d'Hondt: each seat goes to the highest quotient votes / (seats so far + 1). Equal quotients go to
 * the larger total; when those are equal too and the seats do not suffice for all, they stay open.
 * Quotients are compared by products, exact up to 2^53.
 */
export const allocateSeats = (tallies: readonly Tally[], seatCount: number): Seats => {
  if (!Number.isInteger(seatCount) || seatCount < 0 || seatCount > MAX_SEATS) {
    throw new RangeError(`${seatCount} seats`);
  }
  const seats = tallies.map(() => 0);
  const compare = (left: number, right: number): number => {
    const leftVotes = tallies[left]?.votes ?? 0;
    const rightVotes = tallies[right]?.votes ?? 0;
    const products = leftVotes * ((seats[right] ?? 0) + 1) - rightVotes * ((seats[left] ?? 0) + 1);
    return products === 0 ? leftVotes - rightVotes : products;
  };
  let left = seatCount;
  while (left > 0) {
    const running = tallies.flatMap((tally, index) => (tally.votes > 0 ? [index] : []));
    const first = running[0];
    if (first === undefined) return { seats, undecided: left, tied: [] };
    const best = running.reduce((top, index) => (compare(index, top) > 0 ? index : top), first);
    const equal = running.filter((index) => compare(index, best) === 0);
    if (equal.length > left) return { seats, undecided: left, tied: equal };
    for (const index of equal) seats[index] = (seats[index] ?? 0) + 1;
    left -= equal.length;
  }
  return { seats, undecided: 0, tied: [] };
};

/** Relative majority: the `seatCount` highest totals are elected; a tie at the edge stays open. */
export const electByMajority = (tallies: readonly Tally[], seatCount: number): Seats => {
  const seats = tallies.map(() => 0);
  const ranked = tallies
    .flatMap((tally, index) => (tally.votes > 0 ? [{ index, votes: tally.votes }] : []))
    .sort((left, right) => right.votes - left.votes);
  const edge = ranked[seatCount - 1]?.votes ?? 0;
  const atEdge = ranked.filter((each) => each.votes === edge);
  const above = ranked.filter((each) => each.votes > edge);
  const open = seatCount - above.length;
  const elected = atEdge.length <= open ? [...above, ...atEdge] : above;
  for (const { index } of elected) seats[index] = 1;
  const tied = atEdge.length > open ? atEdge.map((each) => each.index) : [];
  return { seats, undecided: seatCount - elected.length, tied };
};

const sumBy = (keys: readonly string[], votes: readonly number[]): readonly Tally[] => {
  const sums = new Map<string, number>();
  keys.forEach((key, index) => {
    sums.set(key, (sums.get(key) ?? 0) + (votes[index] ?? 0));
  });
  return [...sums].map(([id, total]) => ({ id, votes: total }));
};

/** Votes of a list contest by alliance, in the order of the cards; alone: by organisation. */
export const votesByAlliance = (
  definition: Pick<ElectionDefinition, 'cards' | 'alliances'>,
  totals: ContestTotals,
): readonly Tally[] => {
  const cards = new Map(definition.cards.map((card) => [card.id, card]));
  const keys = totals.options.map((option) => {
    const organisationId = cards.get(option.cardId)?.organisationId ?? option.cardId;
    const alliance = definition.alliances.find((each) =>
      each.organisationIds.includes(organisationId),
    );
    return alliance?.id ?? organisationId;
  });
  return sumBy(keys, totals.votes);
};

/** Votes of a nominal contest by candidate, over all cards that present the candidate. */
export const votesByCandidate = (totals: ContestTotals): readonly Tally[] =>
  sumBy(
    totals.options.map((option) => option.candidateId ?? option.cardId),
    totals.votes,
  );
