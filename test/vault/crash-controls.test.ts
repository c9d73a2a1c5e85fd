/** The enumeration is not blind: each part of the protocol that is taken out is found out, by name. */
import { expect, test } from 'vitest';
import { CONTROLS, runControl, runTrouble } from '#scripts/crash/controls.ts';

test.each(CONTROLS.map((control) => [control.name, control] as const))(
  'found out: %s',
  async (_, control) => {
    const { detected, finding } = await runControl(control);
    expect(detected).toBe(true);
    expect(finding?.path.length).toBeGreaterThan(0);
  },
  300_000,
);

test.each(
  CONTROLS.filter(({ trouble }) => trouble !== undefined).map(
    (control) => [control.name, control] as const,
  ),
)(
  'the damage alone, with the protocol whole, breaks nothing: %s',
  async (_, control) => {
    expect(await runTrouble(control)).toEqual([]);
  },
  300_000,
);
