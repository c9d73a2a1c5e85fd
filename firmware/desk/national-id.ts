/**
 * National identity numbers ("cédula"): V- for citizens, E- for foreign residents, then five to nine
 * digits. One written form everywhere, so that two ways of typing one person are one person.
 */
import { err, ok, type Result } from '#hal/result.ts';

/** Canonical: `V-` or `E-`, then 5 to 9 digits, the first not 0. */
export type NationalId = string;

export const ID_DIGITS_MIN = 5;
export const ID_DIGITS_MAX = 9;

export type IdPrefix = 'V' | 'E';

export type NationalIdError = 'empty' | 'notDigits' | 'tooShort' | 'tooLong';

/** The canonical form of a prefix and typed digits; leading zeros do not count. */
export const nationalIdOf = (
  prefix: IdPrefix,
  digits: string,
): Result<NationalId, NationalIdError> => {
  if (digits === '') return err('empty');
  if (!/^[0-9]+$/.test(digits)) return err('notDigits');
  const significant = digits.replace(/^0+/, '');
  if (significant.length < ID_DIGITS_MIN) return err('tooShort');
  if (significant.length > ID_DIGITS_MAX) return err('tooLong');
  return ok(`${prefix}-${significant}`);
};

/**
 * Reads what people write: `V-12.345.678`, `v12345678`, `12345678` (V is meant). Dots and spaces
 * are grouping; anything else is an error.
 */
export const parseNationalId = (text: string): Result<NationalId, NationalIdError> => {
  const plain = text.toUpperCase().replace(/[\s.]/g, '');
  const found = /^([VE])?-?(.*)$/.exec(plain);
  return nationalIdOf(found?.[1] === 'E' ? 'E' : 'V', found?.[2] ?? '');
};

/** Is it in canonical form? */
export const isNationalId = (text: string): boolean => /^[VE]-[1-9][0-9]{4,8}$/.test(text);
