/** A unit's processes die at random instants on real files: a small number of what `test --kill N` does. */
import { expect, test } from 'vitest';
import { runKills } from '#scripts/crash/kill.ts';

test('whatever instant the process dies at, the next one finishes and the count is right', async () => {
  const { kills, votes, precincts, failures } = await runKills(12, 3, () => undefined);
  expect(failures).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(12);
  expect(votes).toBe(5 * precincts);
});
