/** Converter values and gauge registers at their limits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batteryReading, gaugeRegisters, rawOf, voltsOf } from '#drivers/power/conversion.ts';
import { DIGITAL, INPUT_PINS, OUTPUT_PINS } from '#drivers/power/pins.ts';
import { GAUGE_VECTORS } from '#test/vectors/max17048.ts';

describe('volts', () => {
  test.each([
    [0, 0],
    [1023, 300],
    [-1, 0],
    [1024, 300],
    [16_383, 300],
  ])('%i counts are %f V', (raw, volts) => {
    expect(voltsOf(raw)).toBe(volts);
  });

  test('every converter value comes back from its volts', () => {
    for (let raw = 0; raw <= 1023; raw++) expect(rawOf(voltsOf(raw))).toBe(raw);
  });

  test.each([-5, 1_000, Number.POSITIVE_INFINITY])('%f V stay within the converter', (volts) => {
    expect(rawOf(volts)).toBeGreaterThanOrEqual(0);
    expect(rawOf(volts)).toBeLessThanOrEqual(1023);
  });
});

describe('fuel gauge', () => {
  test.each(GAUGE_VECTORS)('$name', ({ vcell, soc, crate, reading }) => {
    expect(batteryReading({ vcell, soc, crate })).toEqual(
      reading === null ? null : { present: true, ...reading },
    );
  });

  test('a gauge of 4 V, 50 % and -10.4 % an hour shows what the datasheet says', () => {
    expect(gaugeRegisters(4, 50, -10.4)).toEqual({ vcell: 0xc800, soc: 0x3200, crate: 0xffce });
  });

  test.each([
    [0.9, 'idle'],
    [-0.9, 'idle'],
    [1.3, 'charging'],
    [-1.3, 'discharging'],
  ] as const)('%f %% an hour is %s', (rate, flow) => {
    expect(batteryReading(gaugeRegisters(3.9, 70, rate))?.flow).toBe(flow);
  });

  test('values beyond the registers are clamped to them', () => {
    expect(gaugeRegisters(99, 400, 1e9)).toEqual({ vcell: 0xffff, soc: 0xffff, crate: 0x7fff });
    expect(gaugeRegisters(-1, -1, -1e9)).toEqual({ vcell: 0, soc: 0, crate: 0x8000 });
  });

  test('any three words are a battery within its limits, or none', () => {
    const word = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(word, word, word, (vcell, soc, crate) => {
        const reading = batteryReading({ vcell, soc, crate });
        if (reading === null) return;
        expect(reading.percent).toBeGreaterThanOrEqual(0);
        expect(reading.percent).toBeLessThanOrEqual(100);
        expect(reading.volts).toBeGreaterThanOrEqual(2);
        expect(reading.volts).toBeLessThanOrEqual(4.6);
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });
});

test('no pin of the board is wired twice, and each is either input or output', () => {
  const pins = Object.values(DIGITAL);
  expect(new Set(pins).size).toBe(pins.length);
  expect([...INPUT_PINS, ...OUTPUT_PINS].toSorted((a, b) => a - b)).toEqual(
    pins.toSorted((a, b) => a - b),
  );
});
