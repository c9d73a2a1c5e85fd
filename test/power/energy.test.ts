/** The energy model and the hours that come out of it through board, driver and policy. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CHARGE_SETTINGS } from '#firmware/power/charge.ts';
import { simulateOutage } from '#scripts/measure/power.ts';
import {
  averageLoad,
  LOAD_STATES,
  loadOf,
  modelTable,
  PARTS,
} from '#scripts/measure/power-model.ts';

const { capacityWh, loadW } = DEFAULT_CHARGE_SETTINGS;

describe('the model', () => {
  test('each part draws no less the more the unit does, and names its source', () => {
    for (const { watts, source } of PARTS) {
      const values = LOAD_STATES.map((state) => watts[state]);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(source.length).toBeGreaterThan(10);
    }
  });

  test('the average lies between waiting and voting, and below what the policy counts with', () => {
    expect(averageLoad()).toBeGreaterThan(loadOf('waiting'));
    expect(averageLoad(151.5)).toBeGreaterThan(averageLoad(600));
    expect(averageLoad(151.5)).toBeLessThan(loadW);
  });
});

describe('an outage', () => {
  test('at the load the policy counts with: levels where energy and marks put them', async () => {
    const { atHours, darkHours } = await simulateOutage(loadW);
    const hoursTo = (percent: number): number => ((100 - percent) / 100) * (capacityWh / loadW);
    expect(atHours.low).toBeCloseTo(hoursTo(30), 1);
    expect(atHours.critical).toBeCloseTo(hoursTo(12), 1);
    expect(darkHours).toBeGreaterThan(hoursTo(0));
  });

  test('at the average load voters are admitted for more than four hours', async () => {
    const { atHours } = await simulateOutage(averageLoad());
    expect(atHours.low).toBeGreaterThan(4);
    expect(modelTable()).toContain('out of the battery');
  });
});
