/**
 * Memory for what has to be forgotten: keys, ballots, shares. The engine keeps arrays of up to 64 bytes in
 * its own heap, and a collection that moves one leaves its bytes behind where nobody can overwrite them;
 * so does a system call that needs them in one place. An array over a buffer of its own stays where it is
 * from its first byte to its last, and `forget` reaches all of it.
 */

/** `count` zero bytes. */
export const secretBytes = (count: number): Uint8Array => new Uint8Array(new ArrayBuffer(count));

/** The parts one after the other, in memory of their own. The parts themselves are left as they are. */
export const joinSecret = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = secretBytes(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

/** Overwrites with zeros; what is null is nothing to forget. */
export const forget = (...secrets: readonly (Uint8Array | null | undefined)[]): void => {
  for (const secret of secrets) secret?.fill(0);
};
