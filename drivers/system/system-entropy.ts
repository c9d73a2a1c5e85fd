/** The operating system's random numbers (getrandom(2) through node:crypto). */
import { randomFillSync } from 'node:crypto';
import type { Entropy } from '#hal/entropy.ts';
import { secretBytes } from '#hal/secret-bytes.ts';

export const systemEntropy: Entropy = { bytes: (count) => randomFillSync(secretBytes(count)) };
