/**
 * From national sums to seats, and to names where slates give them. Lists by d'Hondt over alliances,
 * candidates by relative majority over all cards that present them; a tie goes by the election's rule
 * and is shown all the same.
 */
import type { ElectionDefinition, Localized } from '#firmware/election/definition.ts';
import {
  allocateSeats,
  electByMajority,
  type Seats,
  type Tally,
  votesByAlliance,
  votesByCandidate,
} from '#firmware/election/seats.ts';
import type { ContestSum } from './aggregate.ts';
import type { NationalOffer, SummedList, TieRule } from './offer.ts';
import { tieOrder } from './ties.ts';

export type CompetitorResult = {
  /** An alliance, an organisation in none, or a candidate. */
  readonly id: string;
  readonly votes: number;
  readonly seats: number;
};

export type Elected = {
  readonly competitorId: string;
  /** Null: the slate is too short, or there is none. */
  readonly name: string | null;
};

export type Tie = {
  /** In the order of the ballot. */
  readonly tied: readonly string[];
  /** For which they were tied. */
  readonly seats: number;
  readonly rule: TieRule['kind'];
  /** Who got them by the rule; empty where it leaves them open. */
  readonly decided: readonly string[];
};

export type SeatResult = {
  /** A contest, or a summed list. */
  readonly id: string;
  readonly kind: 'list' | 'nominal' | 'indigenous' | 'summed';
  readonly name: Localized;
  /** Null for a summed list. */
  readonly districtId: string | null;
  readonly seats: number;
  /** In the order of the ballot. */
  readonly competitors: readonly CompetitorResult[];
  readonly elected: readonly Elected[];
  readonly tie: Tie | null;
  /** Seats that nobody has: without votes for them, or a tie left open. */
  readonly vacant: number;
};

type Parties = Pick<ElectionDefinition, 'cards' | 'alliances'>;

const settle = (
  offer: NationalOffer,
  contestId: string,
  tallies: readonly Tally[],
  { seats, undecided, tied }: Seats,
): { readonly seats: readonly number[]; readonly tie: Tie | null; readonly vacant: number } => {
  if (undecided === 0 || tied.length === 0) return { seats, tie: null, vacant: undecided };
  const names = tied.map((index) => tallies[index]!.id);
  const decided = tieOrder(offer.tieRule, contestId, names)?.slice(0, undecided) ?? [];
  return {
    seats: tallies.map(({ id }, index) => seats[index]! + (decided.includes(id) ? 1 : 0)),
    tie: { tied: names, seats: undecided, rule: offer.tieRule.kind, decided },
    vacant: undecided - decided.length,
  };
};

type Seated = Pick<SeatResult, 'id' | 'kind' | 'name' | 'districtId' | 'seats'>;

const resultOf = (
  offer: NationalOffer,
  of: Seated,
  tallies: readonly Tally[],
  found: Seats,
  nameOf: (competitorId: string, rank: number) => string | null,
): SeatResult => {
  const { seats, tie, vacant } = settle(offer, of.id, tallies, found);
  const competitors = tallies.map(({ id, votes }, index) => ({ id, votes, seats: seats[index]! }));
  const elected = competitors.flatMap(({ id, seats: won }) =>
    Array.from({ length: won }, (_, rank) => ({ competitorId: id, name: nameOf(id, rank) })),
  );
  return { ...of, competitors, elected, tie, vacant };
};

const slateKey = (contestId: string, competitorId: string): string =>
  `${contestId} ${competitorId}`;

/** Sums of the same competitors over several contests, in the order of `order`. */
const sumTallies = (
  order: ReadonlyMap<string, number>,
  lists: readonly (readonly Tally[])[],
): readonly Tally[] => {
  const sums = new Map<string, number>();
  for (const { id, votes } of lists.flat()) sums.set(id, (sums.get(id) ?? 0) + votes);
  return [...sums]
    .map(([id, votes]) => ({ id, votes }))
    .sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
};

/** Competitors of lists by the first of their cards on the national ballot. */
const ballotOrder = ({ cards, alliances }: NationalOffer): ReadonlyMap<string, number> => {
  const allianceOf = new Map(
    alliances.flatMap(({ id, organisationIds }) => organisationIds.map((each) => [each, id])),
  );
  const order = new Map<string, number>();
  for (const { organisationId } of cards) {
    const id = allianceOf.get(organisationId) ?? organisationId;
    if (!order.has(id)) order.set(id, order.size);
  }
  return order;
};

/** Every contest in the order of the offer, then the summed lists. */
export const nationalSeats = (
  offer: NationalOffer,
  sums: readonly ContestSum[],
): readonly SeatResult[] => {
  const parties: Parties = offer;
  const slates = new Map(
    offer.slates.map(({ contestId, competitorId, names }) => [
      slateKey(contestId, competitorId),
      names,
    ]),
  );
  const candidateNames = new Map(offer.candidates.map(({ id, name }) => [id, name]));
  const lists = new Map<string, readonly Tally[]>();
  const onSlate =
    (contestId: string) =>
    (competitorId: string, rank: number): string | null =>
      slates.get(slateKey(contestId, competitorId))?.[rank] ?? null;

  const contests = sums.map(({ contest, options, votes, nulls, ballots }) => {
    const totals = {
      contestId: contest.id,
      options,
      votes,
      nulls,
      ballots,
      positions: contest.votes,
    };
    const { id, kind, name, districtId, seats } = contest;
    const of = { id, kind, name, districtId, seats };
    if (kind === 'list') {
      const tallies = votesByAlliance(parties, totals);
      lists.set(id, tallies);
      return resultOf(offer, of, tallies, allocateSeats(tallies, seats), onSlate(id));
    }
    const tallies = votesByCandidate(totals);
    return resultOf(
      offer,
      of,
      tallies,
      electByMajority(tallies, seats),
      (candidateId) => candidateNames.get(candidateId) ?? null,
    );
  });
  const order = ballotOrder(offer);
  const summed = offer.summedLists.map(({ id, name, seats, contestIds }: SummedList) => {
    const tallies = sumTallies(
      order,
      contestIds.map((contestId) => lists.get(contestId) ?? []),
    );
    const of: Seated = { id, kind: 'summed', name, districtId: null, seats };
    return resultOf(offer, of, tallies, allocateSeats(tallies, seats), onSlate(id));
  });
  return [...contests, ...summed];
};
