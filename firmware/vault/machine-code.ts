/**
 * The machine code: what a unit runs, in twenty characters that people can read aloud. It is made of
 * release, election package and identity key; the authority keeps the list of codes and the receiving
 * side accepts exactly these.
 *
 * Base 32 in Crockford's alphabet (no I, L, O, U): 19 characters are the first 95 bits of a SHA-256,
 * the last one checks them over GF(2^5): any one wrong character and any two swapped ones are seen.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8 } from './bytes.ts';

const PURPOSE = utf8('urna machine code v1\0');
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DATA_CHARACTERS = 19;
const GROUP = 4;
const DIGEST_BYTES = 32;
/** x^5 + x^2 + 1, which is primitive: x has order 31, more than there are characters. */
const REDUCTION = 0x25;

export type MachineCodeInput = {
  /** SHA-256 of the release manifest. */
  readonly releaseDigest: Uint8Array;
  /** SHA-256 of the election package. */
  readonly packageDigest: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly identityPublicKey: Uint8Array;
};

const timesX = (value: number): number => {
  const doubled = value << 1;
  return doubled & 0x20 ? doubled ^ REDUCTION : doubled;
};

/** The sum of x^(n-i) times digit i, n digits: by Horner. */
const checkOf = (digits: readonly number[]): number =>
  digits.reduce((sum, digit) => timesX(sum ^ digit), 0);

const grouped = (characters: string): string =>
  (characters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');

/** For example `7Q2M-0K4T-ZB81-XW9D-3H5E`. */
export const machineCode = (input: MachineCodeInput): string => {
  const parts = [input.releaseDigest, input.packageDigest, input.identityPublicKey];
  if (parts.some(({ length }) => length !== DIGEST_BYTES))
    throw new Error(`a machine code is made of three times ${DIGEST_BYTES} bytes`);
  const hash = sha256(concatBytes(PURPOSE, ...parts));
  const digits = Array.from({ length: DATA_CHARACTERS }, (_, index) => {
    const bit = index * 5;
    const word = ((hash[bit >> 3] ?? 0) << 8) | (hash[(bit >> 3) + 1] ?? 0);
    return (word >> (11 - (bit & 7))) & 0x1f;
  });
  return grouped([...digits, checkOf(digits)].map((digit) => ALPHABET[digit]).join(''));
};

/** A code as somebody typed it, in its one spelling; null when it is none, or mistyped. */
export const readMachineCode = (typed: string): string | null => {
  const characters = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const digits = [...characters].map((character) => ALPHABET.indexOf(character));
  if (digits.length !== DATA_CHARACTERS + 1 || digits.includes(-1)) return null;
  return checkOf(digits.slice(0, -1)) === digits.at(-1) ? grouped(characters) : null;
};
