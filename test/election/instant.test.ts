import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantMs } from '#firmware/election/instant.ts';
import { FC_SEED } from './arbitrary-elections.ts';

describe('an instant', () => {
  test('agrees with the platform for every date of four centuries', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1800-01-01T00:00Z'),
          max: new Date('2200-01-01T00:00Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const text = date.toISOString().replace(/\.\d+/, '');
          expect(instantMs(text)).toBe(Date.parse(text));
        },
      ),
      { seed: FC_SEED },
    );
  });

  test('counts the offset', () => {
    expect(instantMs('2020-12-06T06:00:00-04:00')).toBe(Date.UTC(2020, 11, 6, 10));
    expect(instantMs('2020-12-06T06:00+05:30')).toBe(Date.UTC(2020, 11, 6, 0, 30));
    expect(instantMs('2020-02-29T23:59:59Z')).toBe(Date.UTC(2020, 1, 29, 23, 59, 59));
  });

  test.each([
    '',
    '2020-12-06',
    '2020-12-06T06:00:00',
    '2021-02-29T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-00-01T00:00:00Z',
    '2020-04-31T00:00:00Z',
    '2020-12-06T24:00:00Z',
    '2020-12-06T06:60:00Z',
    '2020-12-06T06:00:00+15:00',
    '2020-12-06 06:00:00Z',
  ])('%s is none', (text) => {
    expect(instantMs(text)).toBeNull();
  });
});
