/**
 * Rivest's consistent sampler, without replacement: each item has a ticket number that depends on the seed
 * and its own name alone, and those with the smallest are drawn. So the order of the list changes nothing,
 * a part of the list is sampled as it is within the whole, and a larger sample holds the smaller one.
 *
 * R. L. Rivest, "Consistent Sampling with Replacement", arXiv:1808.10016 (2018), and its published program
 * `consistent_sampler`: a ticket is SHA-256 over the seed's SHA-256 in hexadecimal followed by the name, read
 * as a whole number whose decimal digits stand in reverse behind "0.".
 */
import { createHash } from 'node:crypto';

export type Drawn<T> = { readonly item: T; readonly ticket: string };

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const TICKET_DIGITS_LEAST = 64;

const uniform = (text: string): string => {
  const digits = BigInt(`0x${sha256Hex(text)}`)
    .toString()
    .padStart(TICKET_DIGITS_LEAST, '0');
  return `0.${[...digits].reverse().join('')}`;
};

/** The first ticket number of `name`: a decimal fraction as text, below 1; smaller texts are drawn first. */
export const ticketNumber = (name: string, seed: string): string => uniform(sha256Hex(seed) + name);

/** All items in the order in which they are drawn; names must differ. */
export const drawOrder = <T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  seed: string,
): readonly Drawn<T>[] => {
  const seedHash = sha256Hex(seed);
  return items
    .map((item) => ({ item, ticket: uniform(seedHash + nameOf(item)) }))
    .sort((a, b) => (a.ticket < b.ticket ? -1 : a.ticket > b.ticket ? 1 : 0));
};
