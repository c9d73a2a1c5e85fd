/**
 * Codes of paper records: drawn at random before the election, committed to by the authority's
 * signature, so that a foreign or doubled paper is seen. Neither sequential nor tied to a voter.
 */
import type { Entropy } from '#hal/entropy.ts';

/** No letter or digit that is mistaken for another, in print or aloud, and no word to be read in it. */
export const PAPER_CODE_ALPHABET = 'CDFGHJKMNPQRTVWXY34679';
export const PAPER_CODE_LENGTH = 10;
/** Reprints and rejected papers take a code of their own: three in ten voters, and some more. */
const SPARE_SHARE = 0.3;
const SPARE_LEAST = 50;

const FORM = new RegExp(`^[${PAPER_CODE_ALPHABET}]{${PAPER_CODE_LENGTH}}$`);
/** Bytes from here on are thrown away, so that every letter is equally likely. */
const FAIR_LIMIT = 256 - (256 % PAPER_CODE_ALPHABET.length);

export const isPaperCode = (value: unknown): value is string =>
  typeof value === 'string' && FORM.test(value);

/** How many codes a precinct of so many voters gets. */
export const paperCodesFor = (registered: number): number =>
  Math.ceil(registered * (1 + SPARE_SHARE)) + SPARE_LEAST;

/** `count` distinct codes in random order. */
export const makePaperCodes = (count: number, entropy: Entropy): readonly string[] => {
  const codes = new Set<string>();
  while (codes.size < count) {
    let code = '';
    while (code.length < PAPER_CODE_LENGTH) {
      const [byte = FAIR_LIMIT] = entropy.bytes(1);
      if (byte < FAIR_LIMIT) code += PAPER_CODE_ALPHABET[byte % PAPER_CODE_ALPHABET.length];
    }
    codes.add(code);
  }
  return [...codes];
};
