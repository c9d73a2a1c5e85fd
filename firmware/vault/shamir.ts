/**
 * Secret sharing (Shamir, "How to share a secret", CACM 1979) over GF(2^8) with the polynomial of AES
 * (x^8 + x^4 + x^3 + x + 1). Written here because all chance has to come through hal/entropy. A share is
 * one value for each byte of the secret, then its x coordinate, the layout of the npm package
 * `shamir-secret-sharing`. Multiplication uses no tables, so that no secret selects an address.
 */
import type { Entropy } from '#hal/entropy.ts';
import { forget, secretBytes } from '#hal/secret-bytes.ts';

export const MIN_THRESHOLD = 2;
export const MAX_SHARES = 255;
const REDUCTION = 0x1b;

/** The product in GF(2^8). */
export const multiply = (a: number, b: number): number => {
  let product = 0;
  let factor = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= factor & -((b >> bit) & 1);
    factor = ((factor << 1) ^ (REDUCTION & -(factor >> 7))) & 0xff;
  }
  return product;
};

/** The inverse in GF(2^8): a^254; 0 for 0. */
export const invert = (a: number): number => {
  let result = 1;
  let square = a;
  for (let bit = 1; bit < 8; bit++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
};

/** The x coordinate of a share. */
export const shareIndex = (share: Uint8Array): number => share.at(-1) ?? 0;

/**
 * Splits `secret` into `count` shares of which any `threshold` give it back and fewer say nothing. A
 * share is one byte longer than the secret; its last byte is its index, 1 to `count`.
 */
export const splitSecret = (
  secret: Uint8Array,
  count: number,
  threshold: number,
  entropy: Entropy,
): readonly Uint8Array[] => {
  if (secret.length === 0) throw new Error('nothing to split');
  if (!(threshold >= MIN_THRESHOLD && count >= threshold && count <= MAX_SHARES))
    throw new Error(`can not split ${threshold} of ${count}`);
  const shares = Array.from({ length: count }, (_, index) => {
    const share = secretBytes(secret.length + 1);
    share[secret.length] = index + 1;
    return share;
  });
  const coefficients = entropy.bytes(secret.length * (threshold - 1));
  for (let at = 0; at < secret.length; at++) {
    for (const share of shares) {
      const x = shareIndex(share);
      // Horner, highest coefficient first, the secret's byte last.
      let y = 0;
      for (let power = 0; power < threshold - 1; power++)
        y = multiply(y ^ (coefficients[at * (threshold - 1) + power] ?? 0), x);
      share[at] = y ^ (secret[at] ?? 0);
    }
  }
  forget(coefficients);
  return shares;
};

/**
 * The secret from `threshold` or more shares with distinct indexes. Shamir alone can not tell a wrong
 * share from a right one: the caller checks shares before and the result after (`key-shares.ts`).
 */
export const combineShares = (shares: readonly Uint8Array[]): Uint8Array => {
  const length = shares[0]?.length ?? 0;
  const indexes = shares.map(shareIndex);
  if (shares.length < MIN_THRESHOLD || shares.length > MAX_SHARES || length < 2)
    throw new Error('too few shares');
  if (shares.some((share) => share.length !== length)) throw new Error('shares differ in length');
  if (indexes.includes(0) || new Set(indexes).size !== indexes.length)
    throw new Error('an index is 0 or comes twice');
  /** Lagrange at x = 0: the product of x_j / (x_j + x_i) over the others. */
  const weights = indexes.map((x) =>
    indexes.reduce((product, other) => {
      return other === x ? product : multiply(product, multiply(other, invert(other ^ x)));
    }, 1),
  );
  const secret = secretBytes(length - 1);
  for (let at = 0; at < secret.length; at++) {
    let byte = 0;
    for (const [index, share] of shares.entries())
      byte ^= multiply(share[at] ?? 0, weights[index] ?? 0);
    secret[at] = byte;
  }
  return secret;
};
