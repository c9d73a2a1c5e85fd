/**
 * The power is cut between a voting guest's kernel and its disk: a small part of what `test --blocks` does, with the
 * control that has to be found out.
 */
import { describe, expect, test } from 'vitest';
import { missingForBlocks } from '#scripts/crash/blocks/guest.ts';
import { BLOCK_CONTROLS, runBlocks } from '#scripts/crash/blocks/run.ts';

const missing = missingForBlocks();

describe.skipIf(missing !== null)(
  `power cuts of a guest's disk${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('lose nothing, wherever they strike; and a disk that flushes nothing is found out', async () => {
      const { entries, flushes, states, booted, failures, controls } = await runBlocks({
        states: 24,
        boots: 1,
        seed: 2,
        controls: BLOCK_CONTROLS.slice(0, 1),
        onProgress: () => undefined,
      });
      expect(failures).toEqual([]);
      expect([states, booted]).toEqual([24, 1]);
      expect(entries).toBeGreaterThan(500);
      expect(flushes).toBeGreaterThan(100);
      expect(controls.map(({ name, detected }) => [name, detected])).toEqual([
        ['a disk that flushes nothing', true],
      ]);
    }, 900_000);
  },
);
