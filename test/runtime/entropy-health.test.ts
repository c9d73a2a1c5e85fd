import { expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { entropyProblem, HEALTH_BYTES } from '#firmware/runtime/entropy-health.ts';

const good = (): Uint8Array => makeSeededEntropy(3, 'health').bytes(HEALTH_BYTES);

test('a good source passes', () => {
  expect(entropyProblem(good())).toBe(null);
  expect(entropyProblem(systemEntropy.bytes(HEALTH_BYTES))).toBe(null);
});

test('one that stands still, even for four bytes, does not', () => {
  expect(entropyProblem(new Uint8Array(HEALTH_BYTES))).toBe('repeats');
  const stuck = good();
  stuck.fill(7, 100, 104);
  expect(entropyProblem(stuck)).toBe('repeats');
});

test('one that gives a value too often does not', () => {
  const biased = good();
  for (let at = 0; at < HEALTH_BYTES; at += 32) biased[at] = biased[0]!;
  expect(entropyProblem(biased)).toBe('biased');
});

test('one that gives too little does not', () => {
  expect(entropyProblem(good().subarray(1))).toBe('short');
});
