/** A short run of every target: what is found here is found at once. The long ones are `urna fuzz`. */
import { describe, expect, test } from 'vitest';
import { TARGETS } from '#scripts/fuzz/registry.ts';
import { judge, runRange } from '#scripts/fuzz/run.ts';

const INPUTS = 300;
const SEED = 20201206;

test('every target has a name of its own', () => {
  const names = TARGETS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
  test('its seeds are read as valid, or it would fuzz nothing', async () => {
    const seeds = target.seeds();
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) expect(await judge(target, seed)).toEqual({ kind: 'accepted' });
  });

  test(`${INPUTS} bad inputs find nothing`, async () => {
    const report = await runRange(target, SEED, 0, INPUTS);
    expect(report.finding).toBeNull();
    expect(report.accepted + report.refused).toBe(INPUTS);
    // An input in twenty is a seed as it is.
    expect(report.accepted).toBeGreaterThan(0);
  });
});
