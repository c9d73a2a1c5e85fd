import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DESK_COLUMNS_MIN, DESK_TEXTS, deskText } from '#firmware/locale/desk.ts';
import { placeholdersOf } from '#firmware/locale/text.ts';

/** The longest that each parameter can get. */
const LONGEST = { prefix: 'V', digits: '123456789', n: 9, of: 9 } as const;

test.each(['es', 'en'] as const)(
  'every line of the operator fits the narrow display in %s',
  (locale) => {
    for (const key of DESK_TEXTS) {
      const text = deskText(locale, key, LONGEST);
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
