/** Converter values and gauge registers at their limits. */
import { describe, expect, test } from 'vitest';
import { batteryReading, gaugeRegisters, rawOf, voltsOf } from '#drivers/power/conversion.ts';
import { DIGITAL, INPUT_PINS, OUTPUT_PINS } from '#drivers/power/pins.ts';

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
  test('registers of the MAX17048 datasheet: 78.125 uV, 1/256 %, 0.208 % an hour', () => {
    expect(batteryReading({ vcell: 0xc800, soc: 0x3200, crate: 0xffce })).toEqual({
      present: true,
      percent: 50,
      volts: 4,
      flow: 'discharging',
    });
    expect(gaugeRegisters(4, 50, -10.4)).toEqual({ vcell: 0xc800, soc: 0x3200, crate: 0xffce });
  });

  test.each([
    [0.9, 'idle'],
    [-0.9, 'idle'],
    [1.3, 'charging'],
    [-1.3, 'discharging'],
  ] as const)('%f %% an hour is %s', (rate, flow) => {
    expect(batteryReading(gaugeRegisters(3.9, 70, rate)).flow).toBe(flow);
  });

  test('values beyond the registers are clamped, charge never exceeds 100 %', () => {
    const registers = gaugeRegisters(99, 400, 1e9);
    expect(registers).toEqual({ vcell: 0xffff, soc: 0xffff, crate: 0x7fff });
    expect(batteryReading(registers).percent).toBe(100);
    expect(gaugeRegisters(-1, -1, -1e9)).toEqual({ vcell: 0, soc: 0, crate: 0x8000 });
  });
});

test('no pin of the board is wired twice, and each is either input or output', () => {
  const pins = Object.values(DIGITAL);
  expect(new Set(pins).size).toBe(pins.length);
  expect([...INPUT_PINS, ...OUTPUT_PINS].toSorted((a, b) => a - b)).toEqual(
    pins.toSorted((a, b) => a - b),
  );
});
