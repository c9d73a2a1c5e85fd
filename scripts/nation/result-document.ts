/** The national result as one JSON document: what was added up, what was not and why, votes and seats. */
import type { NationalSums } from '#firmware/nation/aggregate.ts';
import type { SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';

export const RESULT_DOCUMENT_FORMAT = 'urna-national-result-1';

export type NationalResult = {
  readonly offer: NationalOffer;
  readonly sums: NationalSums;
  readonly seats: readonly SeatResult[];
};

const votesOf = ({ sums, offer }: NationalResult) =>
  sums.contests.map(({ contest, options, votes, nulls, ballots }) => ({
    contest: contest.id,
    kind: contest.kind,
    district: contest.districtId,
    name: contest.name[offer.locale],
    ballots,
    positions: contest.votes,
    nulls,
    options: options.map(({ cardId, candidateId }, at) => ({
      card: cardId,
      candidate: candidateId,
      votes: votes[at] ?? 0,
    })),
  }));

const seatsOf = ({ seats, offer }: NationalResult) =>
  seats.map(({ id, kind, name, districtId, seats: count, competitors, elected, tie, vacant }) => ({
    contest: id,
    kind,
    district: districtId,
    name: name[offer.locale],
    seats: count,
    competitors,
    elected,
    tie,
    vacant,
  }));

export const resultDocument = (result: NationalResult) => {
  const { offer, sums } = result;
  return {
    format: RESULT_DOCUMENT_FORMAT,
    election: offer.id,
    test: offer.test,
    accepted: sums.accepted,
    repeated: sums.repeated,
    missing: sums.missing,
    madeUp: sums.madeUp,
    rejected: sums.rejected.map(({ precinct, code, detail, origin }) => ({
      precinct,
      code,
      file: origin,
      detail,
    })),
    ballots: sums.ballots,
    reprints: sums.reprints,
    spoils: sums.spoils,
    districts: sums.districts,
    votes: votesOf(result),
    seats: seatsOf(result),
  };
};
