/**
 * The one source of chance: keys, permutations, codes, PIN salts, robots. On a unit it is the
 * system's; in a repeatable run a stream expanded from one seed.
 */
export interface Entropy {
  /** `count` fresh bytes that were never returned before. */
  bytes(count: number): Uint8Array;
}
