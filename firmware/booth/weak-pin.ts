/**
 * PINs that are guessed first. A token that is a file can not limit attempts, so what a PIN is worth is how
 * long a list of likely ones is (NIST SP 800-63B, 5.1.1.2: repeated and sequential characters, what is
 * commonly used). Of freely chosen PINs about one in four is a repetition, a row or a date (Bonneau,
 * Preibusch, Anderson, "A birthday present every eleven wallets?", 2012). Pure.
 */

/** Fewer different digits than this are too few. */
const DISTINCT_LEAST = 3;
/** A year of a birth or an event that people remember. */
const YEARS = /^(19|20)[0-9]{2}$/;

/** Each digit the one before plus `step`, over the end of the row (…8, 9, 0, 1…). */
const isRow = (digits: readonly number[], step: number): boolean =>
  digits.every((digit, at) => at === 0 || digit === ((digits[at - 1] ?? 0) + step + 10) % 10);

/** The same few digits again and again: 121212, 123123, 48154815. */
const isRepetition = (pin: string): boolean =>
  [1, 2, 3, 4].some(
    (length) =>
      length <= pin.length / 2 && [...pin].every((digit, at) => digit === pin.charAt(at % length)),
  );

const isDay = (day: string, month: string): boolean =>
  /^(0[1-9]|[12][0-9]|3[01])$/.test(day) && /^(0[1-9]|1[0-2])$/.test(month);

/** Day, month and year in the usual orders, with four digits of the year or two. */
const isDate = (pin: string): boolean => {
  const part = (from: number, length = 2): string => pin.slice(from, from + length);
  if (pin.length === 8)
    return (
      (YEARS.test(part(4, 4)) && (isDay(part(0), part(2)) || isDay(part(2), part(0)))) ||
      (YEARS.test(part(0, 4)) && isDay(part(6), part(4)))
    );
  return pin.length === 6 && (isDay(part(0), part(2)) || isDay(part(4), part(2)));
};

/** Should an officer choose another one? `pin`: digits, of the length a PIN has. */
export const isWeakPin = (pin: string): boolean => {
  const digits = [...pin].map(Number);
  return (
    new Set(digits).size < DISTINCT_LEAST ||
    isRow(digits, 1) ||
    isRow(digits, -1) ||
    isRepetition(pin) ||
    isDate(pin)
  );
};
