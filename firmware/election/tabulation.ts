/**
 * Counting. Every position that is not marked is one null, so in each contest
 * votes + nulls = ballots x positions, always.
 */
import type { ContestTotals, Totals } from './ballot.ts';
import type { CastVote } from './cast-vote-record.ts';
import { marksFault } from './contest-rules.ts';
import type { ElectionDefinition } from './definition.ts';
import { contestOptions, resolveBallot } from './resolve-ballot.ts';

/**
 * Totals of every contest that some ballot style has, in the order of the definition, also those
 * without a ballot. Throws on marks that can not be: decoding has refused them before.
 */
export const tabulate = (definition: ElectionDefinition, ballots: readonly CastVote[]): Totals => {
  const resolved = new Map(
    definition.ballotStyles.map((style) => [style.id, resolveBallot(definition, style.id)]),
  );
  const counters = new Map(
    definition.contests
      .filter((contest) => definition.ballotStyles.some((s) => s.contestIds.includes(contest.id)))
      .map((contest) => {
        const options = contestOptions(definition, contest);
        return [contest.id, { contest, options, votes: options.map(() => 0), ballots: 0 }];
      }),
  );
  for (const { styleId, marks } of ballots) {
    const ballot = resolved.get(styleId);
    if (ballot === undefined) throw new Error(`no ballot style ${styleId}`);
    const fault = marksFault(ballot, marks);
    if (fault !== null) throw new Error(`a ballot can not be counted: ${fault}`);
    ballot.contests.forEach(({ contest }, index) => {
      const counter = counters.get(contest.id);
      if (counter === undefined) throw new Error(`no counter for ${contest.id}`);
      counter.ballots += 1;
      for (const option of marks[index] ?? []) {
        counter.votes[option] = (counter.votes[option] ?? 0) + 1;
      }
    });
  }
  const contests = [...counters.values()].map((counter): ContestTotals => {
    const given = counter.votes.reduce((sum, votes) => sum + votes, 0);
    const positions = counter.contest.votes;
    return {
      contestId: counter.contest.id,
      options: counter.options,
      votes: counter.votes,
      nulls: counter.ballots * positions - given,
      ballots: counter.ballots,
      positions,
    };
  });
  return { ballots: ballots.length, contests };
};

/** True when every figure is a whole number from 0 and votes + nulls = ballots x positions throughout. */
export const accountsBalance = (totals: Totals): boolean =>
  totals.contests.every((contest) => {
    const figures = [...contest.votes, contest.nulls, contest.ballots];
    const given = contest.votes.reduce((sum, votes) => sum + votes, 0);
    return (
      figures.every((figure) => Number.isSafeInteger(figure) && figure >= 0) &&
      contest.votes.length === contest.options.length &&
      contest.ballots <= totals.ballots &&
      given + contest.nulls === contest.ballots * contest.positions
    );
  });
