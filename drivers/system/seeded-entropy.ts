/**
 * Chance that repeats: a ChaCha20 key stream under a key derived from a seed and a purpose. For
 * benches, scripts and tests alone; a unit has the system's (`system-entropy.ts`).
 */
import { createCipheriv, createHash } from 'node:crypto';
import type { Entropy } from '#hal/entropy.ts';

const BLOCK_BYTES = 4096;

/** The same seed and purpose give the same bytes; another purpose gives independent ones. */
export const makeSeededEntropy = (seed: number | string, purpose: string): Entropy => {
  const key = createHash('sha256').update(`urna seeded entropy\0${seed}\0${purpose}`).digest();
  const stream = createCipheriv('chacha20', key, new Uint8Array(16));
  let block = new Uint8Array(0);
  let used = 0;
  const refill = (): void => {
    block = new Uint8Array(stream.update(new Uint8Array(BLOCK_BYTES)));
    used = 0;
  };
  return {
    bytes: (count) => {
      const out = new Uint8Array(count);
      for (let filled = 0; filled < count; ) {
        if (used === block.length) refill();
        const take = Math.min(count - filled, block.length - used);
        out.set(block.subarray(used, used + take), filled);
        used += take;
        filled += take;
      }
      return out;
    },
  };
};
