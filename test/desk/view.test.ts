import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DESK_COLUMNS_MIN, DESK_TEXTS, deskText } from '#firmware/locale/desk.ts';
import { placeholdersOf } from '#firmware/locale/text.ts';
import type { FingerGuidance } from '#hal/fingerprint-reader.ts';
import { makeDriver } from './rig.ts';

/** The longest that each parameter can get. */
const LONGEST = {
  prefix: 'V',
  digits: '123456789',
  n: 9,
  of: 9,
  minutes: '59',
} as const;
/** Low is less than ten hours. */
const HOURS: Readonly<Record<string, number>> = { powerLowLeft: 9, batteryLeft: 99 };

test.each(['es', 'en'] as const)(
  'every line of the operator fits the narrow display in %s',
  (locale) => {
    for (const key of DESK_TEXTS) {
      const text = deskText(locale, key, { ...LONGEST, hours: HOURS[key] ?? 0 });
      expect(placeholdersOf(text)).toEqual([]);
      expect([...text].length, `${key}: ${text}`).toBeLessThanOrEqual(DESK_COLUMNS_MIN);
      expect(text).toBe(text.trim());
    }
  },
);

test('a typed ID can always be told from an empty one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{1,9}$/), (digits) => {
      expect(deskText('es', 'typed', { prefix: 'V', digits })).toContain(digits);
    }),
    { seed: 4 },
  );
});

test('what a finger lacks is said on the display, and shown on the ring', () => {
  const desk = makeDriver().openIdle();
  desk.type('V-1000001');
  expect(desk.need('light').signal).toBe('working');
  desk.printLoaded();
  const { operation } = desk.need('verifyFinger');
  const said = (guidance: FingerGuidance): readonly [string, string] => {
    desk.post({ kind: 'fingerGuided', operation, guidance });
    return [desk.lines()[1], desk.need('light').signal];
  };
  expect(said('placeFinger')).toEqual(['PONGA EL DEDO', 'placeFinger']);
  expect(said('moistenFinger')).toEqual(['HUMEDEZCA DEDO', 'tryAgain']);
  expect(said('dryFinger')).toEqual(['SEQUE EL DEDO', 'tryAgain']);
  expect(said('cleanFinger')).toEqual(['LIMPIE EL DEDO', 'tryAgain']);
  expect(said('placeAgain')).toEqual(['PONGA OTRA VEZ', 'tryAgain']);
  expect(said('otherFinger')).toEqual(['USE OTRO DEDO', 'tryAgain']);
  desk.finger('match');
  desk.saved();
  expect(desk.need('light').signal).toBe('accepted');
});
