/** Boxes of the small made-up country, counted by hand without a mistake, to be spoiled at will. */
import { makeAggregation } from '#firmware/nation/aggregate.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import {
  announcedVotes,
  type Country,
  countryOf,
  type Precinct,
} from '#scripts/audit/boxes/country.ts';
import type { CountedBox } from '#scripts/audit/boxes/counts.ts';
import { COUNTRY, OFFER, PACKAGES } from '../../nation/country.ts';

const NATION = {
  offer: OFFER,
  register: COUNTRY.register,
  authorityKey: COUNTRY.authority.publicKey,
};

/** With the packages of the precincts at these places of the register; default: all. */
export const countryWith = (places: readonly number[] = PACKAGES.map((_, at) => at)): Country => {
  const judge = makeJudge(NATION);
  const aggregation = makeAggregation(OFFER, COUNTRY.register, judge);
  for (const at of places) {
    const { bytes, signature } = PACKAGES[at]!;
    aggregation.take(String(at), bytes, signature);
  }
  return countryOf(NATION, { judge, aggregation });
};

export const boxOf = (precinct: Precinct): CountedBox => {
  const { form, row } = precinct;
  if (row === null) throw new Error(`no package of ${precinct.id}`);
  const ballots = row[form.places.ballots]!;
  return {
    precinct,
    signatures: ballots,
    marks: ballots,
    ballots,
    papers: ballots,
    envelope: row[form.places.reprints]! + row[form.places.spoils]!,
    note: '',
    contests: new Map(
      form.contests.map((part) => [
        part.contest.id,
        { votes: announcedVotes(precinct, part), nulls: row[part.at + 1]! },
      ]),
    ),
  };
};

export const boxesOf = (country: Country): readonly CountedBox[] =>
  [...country.precincts.values()].map(boxOf);

/** The box with `count` papers of a contest moved from one option to another. */
export const withMoved = (
  box: CountedBox,
  contestId: string,
  [from, to]: readonly [number, number],
  count: number,
): CountedBox => {
  const counted = box.contests.get(contestId)!;
  const votes = counted.votes.map((each, at) =>
    at === from ? each - count : at === to ? each + count : each,
  );
  return { ...box, contests: new Map(box.contests).set(contestId, { ...counted, votes }) };
};
