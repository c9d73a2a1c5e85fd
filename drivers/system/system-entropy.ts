/** The operating system's random numbers (getrandom(2) through node:crypto). */
import { randomBytes } from 'node:crypto';
import type { Entropy } from '#hal/entropy.ts';

export const systemEntropy: Entropy = { bytes: (count) => new Uint8Array(randomBytes(count)) };
