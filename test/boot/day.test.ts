/**
 * A whole day over the private channels of a unit: what voters, papers, tally, pollbook and log say
 * agrees as it does when everything is in one process.
 */
import { expect, test } from 'vitest';
import { reconcile } from '#scripts/day/accounts.ts';
import { evidenceOf } from '#scripts/day/evidence.ts';
import { runDay } from '#scripts/day/run-day.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { startUnitInMemory } from './unit-in-memory.ts';

const PRECINCT = loadOwnDefinition(SMALL_PATH);
/** A short day: the hours in which nobody votes show nothing new. */
const definition = {
  ...PRECINCT,
  calendar: { ...PRECINCT.calendar, closesAt: PRECINCT.calendar.opensAt.replace('T06', 'T07') },
};

test('a day of 8 voters agrees with itself', async () => {
  expect(definition.calendar.closesAt).not.toBe(definition.calendar.opensAt);
  const outcome = await runDay({
    definition,
    voters: 8,
    seed: 1,
    locale: 'es',
    pinCost: { N: 2, r: 1, p: 1 },
    startUnit: startUnitInMemory,
  });
  const evidence = evidenceOf(definition, outcome);
  expect(reconcile(evidence)).toEqual([]);
  expect(evidence.result.ballots).toBe(outcome.voted.size);
});
