/**
 * A uniformly random permutation from hal/entropy (Fisher and Yates; rejection, so that no order is
 * likelier than another). It is what parts the place of a ballot in the urn from its place in time.
 */
import type { Entropy } from '#hal/entropy.ts';

const RANGE = 2 ** 32;
/** Chance that one draw is rejected is under count / 2^32; this many in a row mean broken entropy. */
const MAX_REJECTIONS = 64;

/** 0 to count - 1 in random order. */
export const randomPermutation = (count: number, entropy: Entropy): Uint32Array => {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  // One request for all, so that a system call is not made for each.
  const drawn = entropy.bytes(4 * Math.max(0, count - 1));
  const view = new DataView(drawn.buffer, drawn.byteOffset, drawn.byteLength);
  for (let last = count - 1, at = 0; last > 0; last--, at += 4) {
    const options = last + 1;
    const limit = RANGE - (RANGE % options);
    let value = view.getUint32(at);
    for (let again = 0; value >= limit; again++) {
      if (again === MAX_REJECTIONS) throw new Error('vault: entropy gives no usable numbers');
      const fresh = entropy.bytes(4);
      value = new DataView(fresh.buffer, fresh.byteOffset, 4).getUint32(0);
    }
    const pick = value % options;
    const held = order[last]!;
    order[last] = order[pick]!;
    order[pick] = held;
  }
  drawn.fill(0);
  return order;
};

/** The same things in random order. */
export const shuffled = <T>(things: readonly T[], entropy: Entropy): readonly T[] =>
  Array.from(randomPermutation(things.length, entropy), (index) => things[index]!);
