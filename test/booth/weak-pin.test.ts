/** Which PINs an officer is asked to choose again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWeakPin } from '#firmware/booth/weak-pin.ts';

describe('a PIN that is soon guessed is refused', () => {
  test.each([
    ['one digit', '000000'],
    ['one digit, long', '77777777'],
    ['two digits', '101101'],
    ['a row', '123456'],
    ['a row over its end', '789012'],
    ['a row backwards', '87654321'],
    ['two again and again', '121212'],
    ['three again and again', '1231231'],
    ['four twice', '48154815'],
    ['a day of the year', '241299'],
    ['a day, the month first', '12241999'],
    ['a day with its year', '06122020'],
    ['a day, the year first', '20201206'],
    ['a day, a short year first', '991224'],
  ])('%s: %s', (_, pin) => {
    expect(isWeakPin(pin)).toBe(true);
  });
});

test.each(['274951', '4711081', '90318274', '867530'])('%s will do', (pin) => {
  expect(isWeakPin(pin)).toBe(false);
});

test('of PINs drawn by chance nine in ten will do: who draws one need not draw for long', () => {
  const pins = fc.sample(fc.stringMatching(/^[0-9]{6}$/), { numRuns: 4_000, seed: 1 });
  expect(pins.filter(isWeakPin).length / pins.length).toBeLessThan(0.1);
});
