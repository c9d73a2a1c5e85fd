/** A short run of every target: what is found here is found at once. The long ones are `urna fuzz`. */
import { describe, expect, test } from 'vitest';
import { TARGETS } from '#scripts/fuzz/registry.ts';
import { judge, runRange } from '#scripts/fuzz/run.ts';
import type { FuzzTarget } from '#scripts/fuzz/target.ts';
import { LOG_TARGETS } from '#scripts/fuzz/targets/log.ts';
import { OFFICER_TARGETS } from '#scripts/fuzz/targets/officers.ts';
import { TRANSMISSION_TARGETS } from '#scripts/fuzz/targets/transmission.ts';
import { VAULT_TARGETS } from '#scripts/fuzz/targets/vault.ts';
import { VAULT_RECOVERY_TARGET } from '#scripts/fuzz/targets/vault-recovery.ts';

const INPUTS = 300;
/** Of readers of what a vote, its keys or its proof stand on. */
const VAULT_INPUTS = 10_000;
const VAULT_READERS: readonly FuzzTarget[] = [
  ...VAULT_TARGETS,
  VAULT_RECOVERY_TARGET,
  ...OFFICER_TARGETS,
  ...LOG_TARGETS,
];
/** Of readers of what strangers send over a network. */
const NETWORK_INPUTS = 3_000;
const SEED = 20201206;
/** With both cores busy. */
const LIMIT_MS = 120_000;

const inputsOf = (target: FuzzTarget): number => {
  if (VAULT_READERS.includes(target)) return VAULT_INPUTS;
  return TRANSMISSION_TARGETS.includes(target) ? NETWORK_INPUTS : INPUTS;
};

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

  const inputs = inputsOf(target);
  test(`${inputs} bad inputs find nothing`, { timeout: LIMIT_MS }, async () => {
    const report = await runRange(target, SEED, 0, inputs);
    expect(report.finding).toBeNull();
    expect(report.accepted + report.refused).toBe(inputs);
    // An input in twenty is a seed as it is.
    expect(report.accepted).toBeGreaterThan(0);
  });
});
