/**
 * A medium or a cell that stops answering in the middle of a vote: the vote ends on the other one after a limit,
 * voting stands still, and what the hung one does late, long after it was given up, changes nothing.
 */
import { describe, expect, test } from 'vitest';
import { MEDIUM_LIMIT_MS, type MediumName } from '#hal/storage.ts';
import { castVote, checkAtRest, makeRig, makeVisit, makeWorld, must } from './rig.ts';

/** Waits for a hung medium that one visit may pay: each way to it is given up once. */
const MAX_WAITS = 3;

const begin = async () => {
  const rig = makeRig({ seed: 51 });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  await castVote(rig, vault, world, makeVisit(1));
  return { rig, vault, world };
};

describe.each(['fixed', 'removable'] as const)('the %s medium hangs', (hung: MediumName) => {
  test.each([
    ['S3', false],
    ['S3', true],
    ['S4', true],
    ['S5', true],
    ['S6', true],
  ] as const)(
    'in %s, late effect %s: the vote ends once, on the other one',
    async (stage, lateEffect) => {
      const { rig, vault, world } = await begin();
      rig.operations.length = 0;
      let stuck = false;
      rig.onOperation((operation) => {
        if (stuck || operation.device !== hung) return;
        if (rig.operations.at(-1)?.stage !== stage) return;
        stuck = true;
        rig.media[hung].behave({ kind: 'hung', lateEffect });
      });
      const began = rig.clock.nowMs();
      const visit = makeVisit(2);
      await rig.clock.run(castVote(rig, vault, world, visit));
      expect(stuck).toBe(true);
      expect(rig.clock.nowMs() - began).toBeLessThanOrEqual(MAX_WAITS * MEDIUM_LIMIT_MS);
      const other = hung === 'fixed' ? 'removable' : 'fixed';
      expect(vault.inStep()).toEqual([other]);
      // It answers again, and only now the call that was given up takes effect.
      rig.onOperation(() => undefined);
      rig.media[hung].behave(null);
      must(await rig.clock.run(vault.synchronise()));
      expect(vault.inStep()).toEqual(['fixed', 'removable']);
      await rig.clock.run(checkAtRest(rig, vault, world, visit.secured ? [1, 2] : [1]));
    },
  );
});

describe.each(['board', 'module'] as const)('the %s cell hangs', (hung) => {
  test.each(['S3', 'S5', 'S7'] as const)(
    'in %s: no vote is lost, and voting stands still',
    async (stage) => {
      const { rig, vault, world } = await begin();
      rig.operations.length = 0;
      let stuck = false;
      rig.onOperation((operation) => {
        if (stuck || operation.device !== hung) return;
        if (rig.operations.at(-1)?.stage !== stage) return;
        stuck = true;
        rig.cells[hung].behave({ kind: 'hung' });
      });
      const visit = makeVisit(2);
      await rig.clock.run(castVote(rig, vault, world, visit));
      expect(stuck).toBe(true);
      expect(vault.inStep()).toEqual([hung === 'board' ? 'removable' : 'fixed']);
      rig.onOperation(() => undefined);
      rig.cells[hung].behave(null);
      must(await rig.clock.run(vault.synchronise()));
      expect(vault.inStep()).toEqual(['fixed', 'removable']);
      await rig.clock.run(checkAtRest(rig, vault, world, visit.secured ? [1, 2] : [1]));
    },
  );
});
