/** A bounded part of `urna explore`: the same rules, on runs and mutations that take seconds. */
import { describe, expect, test } from 'vitest';
import { explore, exploreMutant, MUTANTS, SMALL_RUNS } from '#scripts/explore/runs.ts';

describe('every state', () => {
  test.each(SMALL_RUNS.map((run) => [run.name, run] as const))('%s', (_name, run) => {
    const { violations, complete, ends, states } = explore(run);
    expect(violations).toEqual([]);
    expect(complete).toBe(true);
    expect(ends).toBeGreaterThan(0);
    expect(states).toBeGreaterThan(10_000);
  });
});

describe('mutations', () => {
  test('there are enough of them, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  // Those that show where nothing breaks: quick ones. All of them: `urna explore --mutants`.
  test.each(
    MUTANTS.filter((mutant) => mutant.of === 'supervisor' || mutant.faults.length === 0).map(
      (mutant) => [mutant.name, mutant] as const,
    ),
  )('%s: found out', (_name, mutant) => {
    expect(exploreMutant(mutant).caught).toBe(true);
  });
});
