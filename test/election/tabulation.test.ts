import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { accountsBalance, tabulate } from '#firmware/election/tabulation.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  arbitraryElection,
  arbitraryTouches,
  FC_SEED,
  marksFromTouches,
} from './arbitrary-elections.ts';

const small = loadOwnDefinition(SMALL_PATH);

/** Ten ballots: the list marked on seven; nominal marks 2, 2, 1, 0 and six times 2. */
const LISTS = [[0], [0], [1], [2], [0], [1], [0], [], [], []];
const NOMINALS = [[0, 1], [2, 3], [6], [], [0, 6], [2, 6], [4, 5], [0, 1], [3, 6], [1, 2]];
const tenBallots = LISTS.map((list, index) => ({
  styleId: 'unica',
  marks: [list, NOMINALS[index] ?? []],
}));

describe('tabulation', () => {
  test('ten ballots: 7 votes + 3 nulls = 10 of one position, 17 + 3 = 20 of two', () => {
    const totals = tabulate(small, tenBallots);
    expect(totals.ballots).toBe(10);
    expect(
      totals.contests.map(({ contestId, votes, nulls, ballots, positions }) => ({
        contestId,
        votes,
        nulls,
        ballots,
        positions,
      })),
    ).toEqual([
      { contestId: 'lista', votes: [4, 2, 1], nulls: 3, ballots: 10, positions: 1 },
      { contestId: 'nominal', votes: [3, 3, 3, 2, 1, 1, 4], nulls: 3, ballots: 10, positions: 2 },
    ]);
    expect(totals.contests.map((each) => each.votes.reduce((a, b) => a + b, 0))).toEqual([7, 17]);
    expect(accountsBalance(totals)).toBe(true);
  });

  test('a wholly null ballot gives k nulls in each contest', () => {
    const totals = tabulate(small, [{ styleId: 'unica', marks: [[], []] }]);
    expect(totals.contests.map((each) => each.nulls)).toEqual([1, 2]);
  });

  test('no ballots: every contest with zeros', () => {
    const totals = tabulate(small, []);
    expect(totals.contests.map((each) => [each.ballots, each.nulls, ...each.votes])).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    expect(accountsBalance(totals)).toBe(true);
  });

  test('impossible marks are a bug', () => {
    expect(() => tabulate(small, [{ styleId: 'unica', marks: [[3], []] }])).toThrow(
      'an option that is not there',
    );
    expect(() => tabulate(small, [{ styleId: 'ghost', marks: [] }])).toThrow('no ballot style');
  });

  test('accounts that do not add up are seen', () => {
    const totals = tabulate(small, tenBallots);
    const [first, second] = totals.contests;
    if (first === undefined || second === undefined) throw new Error('two contests');
    const withFirst = (change: object) => ({
      ...totals,
      contests: [{ ...first, ...change }, second],
    });
    expect(accountsBalance(withFirst({ nulls: 4 }))).toBe(false);
    expect(accountsBalance(withFirst({ votes: [5, 2, 1] }))).toBe(false);
    expect(accountsBalance(withFirst({ votes: [9, -1, -1] }))).toBe(false);
    expect(accountsBalance(withFirst({ ballots: 11, nulls: 4 }))).toBe(false);
  });

  test('accounts balance and no vote depends on the order of ballots', () => {
    const ballots = fc.array(fc.tuple(fc.constantFrom('whole', 'first'), arbitraryTouches), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(arbitraryElection, ballots, (election, drawn) => {
        const votes = drawn.map(([styleId, touches]) => ({
          styleId,
          marks: marksFromTouches(resolveBallot(election, styleId), touches),
        }));
        const totals = tabulate(election, votes);
        expect(accountsBalance(totals)).toBe(true);
        expect(tabulate(election, votes.toReversed())).toEqual(totals);
        expect(totals.contests[0]?.ballots).toBe(votes.length);
      }),
      { seed: FC_SEED, numRuns: 100 },
    );
  });
});
