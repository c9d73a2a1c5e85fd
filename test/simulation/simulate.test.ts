/**
 * Days in which everything goes wrong. A few for each run of the suite, and those that once found
 * something: each of these seeds led to a bug that was mended, and stays.
 */
import { describe, expect, test } from 'vitest';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { FAULT_KINDS, FAULT_NAMES } from '#scripts/simulate/faults/families.ts';
import { type SimulatedDay, simulateDay } from '#scripts/simulate/simulate-day.ts';
import { simulateDays } from '#scripts/simulate/simulate-days.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const VOTERS = 20;

const dayOf = (
  seed: number,
  voters = VOTERS,
  only: readonly string[] | null = null,
): Promise<SimulatedDay> => simulateDay({ definition, voters, seed, only });

/** What each of these days found when it was first run. */
const FOUND: readonly (readonly [seed: number, what: string, voters?: number])[] = [
  [19, 'a display that was plugged in while it was being started stayed dark'],
  [1036, "the operator's keypad stayed shut after a storm while somebody went on typing"],
  [107, "a storm of the voter's keypad confirmed a vote that was on the screen"],
  [3183, 'two quick touches of VOTAR cast a ballot whose review nobody saw'],
  [5099, 'a module whose journal was torn as its board died could not carry the election on'],
  [293, 'a module whose log key was torn as its board died could not carry the log on'],
  [383, 'a bit of the log rotted after it was written; the other medium has it whole'],
  [741, 'a printer that lost its power while it held the wire back printed nothing any more'],
  [2198, 'a double touch said of a paper that it was folded away'],
  [123, 'a touch that refused the paper of a null vote was swallowed, and the paper was taken'],
  [1, 'a token left in the slot when the power went in the ceremony was taken for another', 3],
];

describe('a simulated day', () => {
  test.each(FOUND.map(([seed, what, voters = VOTERS]) => [seed, what, voters] as const))(
    '%i is in order: %s',
    async (seed, _, voters) => {
      const day = await dayOf(seed, voters);
      expect(day.violations).toEqual([]);
      expect(Object.keys(day.faults).length).toBeGreaterThan(5);
    },
  );

  test('without faults has none, and everybody has voted', async () => {
    const day = await dayOf(2, 12, []);
    expect(day.violations).toEqual([]);
    expect(day.votes).toBe(12);
    expect(Object.keys(day.faults).filter((kind) => !kind.startsWith('voter.'))).toEqual([]);
  });

  test('with a bad network ends with the result received, and its receipt kept and printed', async () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const { violations, faults } = await dayOf(seed, 2, ['network']);
      expect(violations, `seed ${seed}`).toEqual([]);
      for (const kind of Object.keys(faults)) if (kind.startsWith('network.')) met.add(kind);
    }
    expect(met.size).toBeGreaterThanOrEqual(4);
  });

  test('is the same again from the same seed, on however many threads', async () => {
    const options = { electionPath: SMALL_PATH, voters: 6, only: null, firstSeed: 70, days: 3 };
    const one = await simulateDays({ ...options, threads: 1, onDay: () => undefined });
    const two = await simulateDays({ ...options, threads: 2, onDay: () => undefined });
    expect(two).toEqual(one);
    expect(one.days.map(({ digest }) => digest)).not.toContain('');
    expect(new Set(one.days.map(({ digest }) => digest)).size).toBe(3);
    expect(one.days.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

test('every kind of fault has a name of its own', () => {
  expect(new Set(FAULT_NAMES).size).toBe(FAULT_NAMES.length);
  expect(FAULT_KINDS.length).toBeGreaterThan(100);
});
