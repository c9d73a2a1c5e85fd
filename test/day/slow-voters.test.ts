/** Voters whom the clock overtakes: a message comes up under the finger, or the time runs out on an open card. */
import { expect, test } from 'vitest';
import { reconcile } from '#scripts/day/accounts.ts';
import { evidenceOf } from '#scripts/day/evidence.ts';
import { runDay } from '#scripts/day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const PIN_COST = { N: 2, r: 1, p: 1 };
const demo = loadOwnDefinition(DEMO_PATH);

test('whose touch the warning swallowed touches again (seed 26, voter 262)', async () => {
  // The plans and the hands are those of the day of a thousand in which it happened.
  const outcome = await runDay({
    definition: demo,
    voters: 1000,
    seed: 26,
    locale: 'es',
    pinCost: PIN_COST,
    adjust: (drawn) => drawn.slice(0, 280),
  });
  expect(reconcile(evidenceOf(demo, outcome))).toEqual([]);
});

test.each([26, 27, 28])(
  'who finds no card in time has a null vote, and the next one votes (seed %i)',
  async (seed) => {
    const outcome = await runDay({
      definition: demo,
      voters: 3,
      seed,
      locale: 'es',
      pinCost: PIN_COST,
      adjust: (drawn) =>
        drawn.map((plan, index) => ({
          ...plan,
          behaviour: index === 0 ? 'moreTime' : 'full',
          paceMs: index === 0 ? 20_000 : plan.paceMs,
        })),
    });
    expect(reconcile(evidenceOf(demo, outcome))).toEqual([]);
    expect(outcome.confirmed[0]?.marks.flat()).toEqual([]);
    expect(outcome.confirmed.slice(1).every(({ marks }) => marks.flat().length > 0)).toBe(true);
  },
);
