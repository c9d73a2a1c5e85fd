/** A robot that waits in vain says what it sees and what it expected. */
import { expect, test } from 'vitest';
import type { BenchDevices } from '#scripts/bench/machine.ts';
import type { Eyes } from '#scripts/bench/robots/eyes.ts';
import { makeRobotHands } from '#scripts/bench/robots/hands.ts';

const LIMIT_MS = 50;
const eyes: Eyes = {
  spot: async () => null,
  expects: () => false,
  looksLike: async () => false,
  which: async () => null,
  describe: async () => 'printFault (jam)',
  fingerprint: async () => 'the same picture',
  pixels: async () => new Uint8Array(4),
  onChange: () => () => undefined,
};
const noGlass = {} as BenchDevices['glass'];

test('a wait has an end, and tells what was seen instead', async () => {
  const hands = makeRobotHands(
    eyes,
    noGlass,
    () => false,
    () => '',
  );
  await expect(hands.until('the welcome', async () => null, LIMIT_MS)).rejects.toThrow(
    'the screen shows printFault (jam), expected the welcome',
  );
});
