/** The DS3231's registers against its datasheet, and any instant there and back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeTime,
  encodeTime,
  FIRST_MS,
  LAST_MS,
  TIME_BYTES,
} from '#drivers/real-time-clock/protocol.ts';
import { TIME_VECTORS } from '#test/vectors/ds3231.ts';

const seed = 20_261_122;

describe('registers', () => {
  test.each(TIME_VECTORS)('$name', ({ registers, instant }) => {
    const decoded = decodeTime([...Buffer.from(registers, 'hex')]);
    expect(decoded).toBe(instant === null ? null : Date.parse(instant));
  });

  test('any second from 2000 to 2199 comes back, and nothing outside is taken', () => {
    const seconds = fc.integer({ min: FIRST_MS / 1_000, max: LAST_MS / 1_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const registers = encodeTime(second * 1_000);
        expect(registers).toHaveLength(TIME_BYTES);
        expect(decodeTime(registers ?? [])).toBe(second * 1_000);
      }),
      { seed },
    );
    for (const outside of [FIRST_MS - 1, LAST_MS + 1_000, Number.NaN, Number.POSITIVE_INFINITY])
      expect(encodeTime(outside)).toBeNull();
    expect(decodeTime(encodeTime(LAST_MS) ?? [])).toBe(LAST_MS);
  });

  test('any seven bytes decode to null or to an instant that encodes to the same date', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 0, maxLength: 16 });
    fc.assert(
      fc.property(bytes, (registers) => {
        const instant = decodeTime(registers);
        if (instant !== null) expect(decodeTime(encodeTime(instant) ?? [])).toBe(instant);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test('the weekday is the one of the calendar: 1 is Sunday', () => {
    expect(encodeTime(Date.parse('2026-11-22T00:00:00Z'))?.[3]).toBe(1);
    expect(encodeTime(Date.parse('2026-11-28T23:59:59Z'))?.[3]).toBe(7);
  });
});
