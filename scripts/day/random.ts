/** Draws for the robots of a day, out of one stream of entropy. */
import type { Entropy } from '#hal/entropy.ts';

export type Random = {
  /** 0 inclusive to 1 exclusive. */
  readonly unit: () => number;
  /** 0 to `count` - 1. */
  readonly below: (count: number) => number;
  /** Between two numbers. */
  readonly between: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  /** A new array in random order. */
  readonly shuffle: <T>(from: readonly T[]) => readonly T[];
};

export const makeRandom = (entropy: Entropy): Random => {
  const unit = (): number => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = entropy.bytes(6);
    return ((a << 16) | (b << 8) | c) / 2 ** 24 + ((d << 16) | (e << 8) | f) / 2 ** 48;
  };
  const below = (count: number): number => Math.floor(unit() * count);
  return {
    unit,
    below,
    between: (low, high) => low + unit() * (high - low),
    chance: (probability) => unit() < probability,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    shuffle: (from) => {
      const out = [...from];
      for (let last = out.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [out[last], out[other]] = [out[other]!, out[last]!];
      }
      return out;
    },
  };
};
