/** The contract of hal/entropy.ts for every source. Statistics that a sound source misses once in 10^12. */
import { describe, expect, test } from 'vitest';
import type { Entropy } from '#hal/entropy.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const describeEntropy = (title: string, make: () => Entropy): void => {
  describe(`${title}: a source of chance`, () => {
    test.each([0, 1, 12, 32, 4_095, 4_096, 4_097, 100_000])('gives %i bytes', (count) => {
      expect(make().bytes(count)).toHaveLength(count);
    });

    test('gives bytes that are the caller’s own, which may be overwritten', () => {
      const entropy = make();
      const first = entropy.bytes(64);
      const copy = hex(first);
      entropy.bytes(64);
      expect(hex(first)).toBe(copy);
      first.fill(0);
      expect(entropy.bytes(64)).not.toEqual(first);
      expect(first.buffer.byteLength).toBe(64);
    });

    test('never gives the same bytes twice', () => {
      const entropy = make();
      const seen = new Set<string>();
      for (let draw = 0; draw < 5_000; draw++) seen.add(hex(entropy.bytes(16)));
      expect(seen.size).toBe(5_000);
    });

    test('has every byte value about as often as every other', () => {
      const counts = new Array<number>(256).fill(0);
      const draws = 256 * 1_000;
      for (const byte of make().bytes(draws)) counts[byte]!++;
      const chiSquared = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
      // 255 degrees of freedom: mean 255, deviation 22.6; seven deviations each way.
      expect(chiSquared).toBeGreaterThan(100);
      expect(chiSquared).toBeLessThan(415);
    });
  });
};
