/** Two troubles at once: a voter leaves, and the paper jams on the record that the officer has to box. */
import { expect, test } from 'vitest';
import { reconcile } from '#scripts/day/accounts.ts';
import { evidenceOf } from '#scripts/day/evidence.ts';
import { runDay } from '#scripts/day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

test.each([
  ['without asking whether the paper is right', SMALL_PATH, false],
  ['asking whether the paper is right', DEMO_PATH, true],
])('a voter leaves and the paper jams, %s', async (_, path, verifies) => {
  const definition = loadOwnDefinition(path);
  expect(definition.rules.verifyPaper).toBe(verifies);
  const outcome = await runDay({
    definition,
    voters: 2,
    seed: 1,
    locale: 'es',
    pinCost: { N: 2, r: 1, p: 1 },
    adjust: (drawn) =>
      drawn.map((plan) => ({ ...plan, behaviour: 'leaves', finger: 'good', paperJams: true })),
  });
  expect(reconcile(evidenceOf(definition, outcome))).toEqual([]);
  expect([outcome.box.length, outcome.envelope.length]).toEqual([2, 2]);
  expect(outcome.confirmed.map(({ marks }) => marks.flat())).toEqual([[], []]);
});
