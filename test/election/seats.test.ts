import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocateSeats,
  electByMajority,
  votesByAlliance,
  votesByCandidate,
} from '#firmware/election/seats.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { FC_SEED } from './arbitrary-elections.ts';

const tallies = (...votes: number[]) =>
  votes.map((each, index) => ({ id: `x-${index}`, votes: each }));

describe("d'Hondt", () => {
  test('the national list of 2020: 48 seats give 36, 9, 2 and 1', () => {
    const votes = tallies(
      4_317_819,
      1_101_816,
      260_604,
      170_227,
      99_632,
      77_301,
      67_547,
      53_186,
      44_341,
      19_174,
      16_043,
    );
    expect(allocateSeats(votes, 48)).toEqual({
      seats: [36, 9, 2, 1, 0, 0, 0, 0, 0, 0, 0],
      undecided: 0,
      tied: [],
    });
  });

  test('equal quotients go to the larger total', () => {
    expect(allocateSeats(tallies(100, 50), 2).seats).toEqual([2, 0]);
  });

  test('a tie that votes do not decide stays open', () => {
    expect(allocateSeats(tallies(10, 10, 1), 3)).toEqual({
      seats: [1, 1, 0],
      undecided: 1,
      tied: [0, 1],
    });
    expect(allocateSeats(tallies(0, 0), 3)).toEqual({ seats: [0, 0], undecided: 3, tied: [] });
  });

  test('agrees with the highest quotients sorted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 60 }),
        (votes, count) => {
          const { seats, undecided } = allocateSeats(tallies(...votes), count);
          expect(seats.reduce((a, b) => a + b, 0) + undecided).toBe(count);
          if (undecided > 0) return;
          const lowestWon = Math.min(
            ...seats.flatMap((won, index) => (won > 0 ? [(votes[index] ?? 0) / won] : [])),
          );
          const highestLost = Math.max(
            ...seats.map((won, index) => (votes[index] ?? 0) / (won + 1)),
          );
          if (count > 0) expect(lowestWon).toBeGreaterThanOrEqual(highestLost);
        },
      ),
      { seed: FC_SEED },
    );
  });
});

describe('relative majority', () => {
  test('the highest totals are elected', () => {
    expect(electByMajority(tallies(5, 9, 7, 0), 2)).toEqual({
      seats: [0, 1, 1, 0],
      undecided: 0,
      tied: [],
    });
  });

  test('a tie at the edge stays open, one above it does not matter', () => {
    expect(electByMajority(tallies(5, 9, 5), 2)).toEqual({
      seats: [0, 1, 0],
      undecided: 1,
      tied: [0, 2],
    });
    expect(electByMajority(tallies(9, 9, 5), 2)).toEqual({
      seats: [1, 1, 0],
      undecided: 0,
      tied: [],
    });
  });

  test('nobody is elected without a vote', () => {
    expect(electByMajority(tallies(0, 3), 2)).toEqual({ seats: [0, 1], undecided: 1, tied: [] });
  });
});

describe('sums over cards', () => {
  const small = loadOwnDefinition(SMALL_PATH);
  const totals = tabulate(small, [
    { styleId: 'unica', marks: [[0], [0, 5]] },
    { styleId: 'unica', marks: [[2], [4]] },
    { styleId: 'unica', marks: [[1], [6]] },
  ]);

  test('list votes by alliance', () => {
    expect(totals.contests[0] && votesByAlliance(small, totals.contests[0])).toEqual([
      { id: 'alianza-agua', votes: 2 },
      { id: 'cerro', votes: 1 },
    ]);
  });

  test('nominal votes by candidate, over all cards that present them', () => {
    expect(totals.contests[1] && votesByCandidate(totals.contests[1])).toEqual([
      { id: 'c-1', votes: 2 },
      { id: 'c-2', votes: 1 },
      { id: 'c-3', votes: 0 },
      { id: 'c-4', votes: 0 },
      { id: 'c-5', votes: 1 },
    ]);
  });
});
