/** The risk as whoever relies on it needs it: falls with boxes that agree, and a wrong outcome rarely passes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { riskAfter } from '#scripts/audit/boxes/risk.ts';
import { makeRandom } from '#scripts/day/random.ts';

const equal = (count: number, bound: number): number[] => new Array<number>(count).fill(bound);
const LIMIT = 0.1;

describe('boxes that agree', () => {
  test('lower the risk with every box, down to a proof', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 0.5, noNaN: true }), { minLength: 5, maxLength: 60 }),
        (bounds) => {
          let before = 1;
          for (let counted = 0; counted <= bounds.length; counted += 1) {
            const risk = riskAfter(bounds, equal(counted, 0));
            expect(risk).toBeLessThanOrEqual(before);
            before = risk;
          }
          expect(before).toBe(0);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('no box: the risk is 1, unless errors of that size can not be', () => {
    expect(riskAfter(equal(100, 0.05), [])).toBe(1);
    expect(riskAfter(equal(100, 0.009), [])).toBe(0);
  });

  test('the first of 1,000 boxes gives what the formula says', () => {
    // m = 1/1000, u = 0.003: 1 / (1 + 0.9 * 0.001 / 0.002)
    expect(riskAfter(equal(1_000, 0.003), [0])).toBeCloseTo(1 / 1.45, 12);
  });
});

describe('boxes that do not agree', () => {
  test('raise the risk, and votes for the loser that were too many lower it', () => {
    const bounds = equal(100, 0.04);
    const clean = riskAfter(bounds, equal(20, 0));
    expect(riskAfter(bounds, [...equal(19, 0), 0.02])).toBeGreaterThan(clean);
    expect(riskAfter(bounds, [...equal(19, 0), -0.01])).toBeLessThan(clean);
  });

  test('that together change the outcome: 1, and so with all counted', () => {
    expect(riskAfter(equal(10, 0.5), [0.5, 0.5, 0])).toBe(1);
    expect(riskAfter(equal(4, 0.5), [0.25, 0.25, 0.25, 0.25])).toBe(1);
    expect(riskAfter(equal(4, 0.5), [0.25, 0.25, 0.25, 0.2])).toBe(0);
  });

  test('a box that holds more papers than can be: 1', () => {
    expect(riskAfter(equal(1_000, 0.01), [...equal(500, 0), 0.02])).toBe(1);
  });
});

/** Bounds, and errors that together make the outcome wrong, spread in some way over the boxes. */
const POPULATIONS = {
  'in as few boxes as can be': (count: number) => {
    const bounds = equal(count, 0.05);
    return bounds.map((bound, at) => ({ bound, error: at < 20 ? bound : 0 }));
  },
  'in every box a little': (count: number) =>
    equal(count, 0.05).map((bound) => ({ bound, error: 1 / count })),
  'in boxes of many sizes': (count: number) => {
    const boxes = equal(count, 0).map((_, at) => ({
      bound: 0.005 + (0.05 * at) / count,
      error: 0,
    }));
    let left = 1;
    return boxes.reverse().map(({ bound }) => {
      const error = Math.min(bound, left);
      left -= error;
      return { bound, error };
    });
  },
  'hidden behind errors the other way': (count: number) => {
    const overstated = (1 + 0.01 * (count / 2)) / (count / 2);
    return equal(count, 0.05).map((bound, at) => ({
      bound,
      error: at % 2 === 0 ? overstated : -0.01,
    }));
  },
} as const;

describe.each(Object.entries(POPULATIONS))('a wrong outcome, %s', (name, make) => {
  test('passes no more often than the limit, though one stops whenever one likes', () => {
    const boxes = make(200);
    expect(boxes.reduce((sum, { error }) => sum + error, 0)).toBeGreaterThanOrEqual(1 - 1e-9);
    const runs = 1_000;
    let passed = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const random = makeRandom(makeSeededEntropy(seed, name));
      const order = random.shuffle(boxes);
      const bounds = order.map(({ bound }) => bound);
      // Counts on as long as it may help, and looks after every tenth box.
      for (let counted = 10; counted <= 150; counted += 10)
        if (
          riskAfter(
            bounds,
            order.slice(0, counted).map(({ error }) => error),
          ) <= LIMIT
        ) {
          passed += 1;
          break;
        }
    }
    // Three standard deviations above the limit.
    expect(passed / runs).toBeLessThanOrEqual(LIMIT + 3 * Math.sqrt((LIMIT * (1 - LIMIT)) / runs));
  });
});

test('the control: with a margin taken for three times as large a wrong outcome passes too often', () => {
  const boxes = POPULATIONS['in as few boxes as can be'](200);
  let passed = 0;
  for (let seed = 0; seed < 500; seed += 1) {
    const order = makeRandom(makeSeededEntropy(seed, 'control')).shuffle(boxes);
    const bounds = order.map(({ bound }) => bound / 3);
    const errors = order.slice(0, 60).map(({ error }) => error / 3);
    if (riskAfter(bounds, errors) <= LIMIT) passed += 1;
  }
  expect(passed / 500).toBeGreaterThan(LIMIT);
});
