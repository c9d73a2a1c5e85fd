/** The announced results of a country as an audit of boxes needs them: figures by precinct, seats, what was rejected. */
import type { BallotOption } from '#firmware/election/ballot.ts';
import type { Aggregation, Rejection } from '#firmware/nation/aggregate.ts';
import type { BallotForm, ContestPart } from '#firmware/nation/ballot-form.ts';
import type { Judge, Nation } from '#firmware/nation/judge-package.ts';
import { nationalSeats, type SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { RegisteredPrecinct } from '#firmware/nation/register.ts';

export type Precinct = RegisteredPrecinct & {
  readonly form: BallotForm;
  /** Figures of its counted package, by the places of `form`; null: the result has none. */
  readonly row: Uint32Array | null;
};

export type Country = {
  readonly offer: NationalOffer;
  readonly precincts: ReadonlyMap<string, Precinct>;
  readonly seats: readonly SeatResult[];
  readonly rejected: readonly Rejection[];
};

export const countryOf = (
  { offer, register }: Nation,
  { judge, aggregation }: { readonly judge: Judge; readonly aggregation: Aggregation },
): Country => {
  const sums = aggregation.sums();
  return {
    offer,
    precincts: new Map(
      register.precincts.map((precinct, at) => [
        precinct.id,
        { ...precinct, form: judge.formOf(precinct), row: aggregation.figuresAt(at) },
      ]),
    ),
    seats: nationalSeats(offer, sums.contests),
    rejected: sums.rejected,
  };
};

export const partOf = ({ form }: Precinct, contestId: string): ContestPart | undefined =>
  form.contests.find(({ contest }) => contest.id === contestId);

/** Votes of each option of a contest as announced; zeros where the result has no package. */
export const announcedVotes = (
  { row }: Precinct,
  { at, options }: ContestPart,
): readonly number[] => options.map((_, option) => row?.[at + 2 + option] ?? 0);

/** An option by its identifiers, the same in every language: the card, and who stands on it. */
export const optionName = ({ cardId, candidateId }: BallotOption): string =>
  candidateId === null ? cardId : `${cardId} · ${candidateId}`;
