/**
 * The one source of chance: keys, permutations, codes, PIN salts, robots. On a unit it is the
 * system's; in a repeatable run a stream expanded from one seed.
 */
export interface Entropy {
  /**
   * `count` fresh bytes, 0 or more, in an array of the caller's own: it may overwrite them, as is done
   * with keys, and then no copy is left (`secretBytes`). Never a byte of the stream twice; never waits.
   */
  bytes(count: number): Uint8Array;
}
