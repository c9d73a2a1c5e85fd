import { describe, expect, test } from 'vitest';
import { castVote, checkAtRest, makeRig, makeVisit, makeWorld, must } from './rig.ts';

describe('a vote from S1 to S8', () => {
  test('three votes: plain, with a partial print, with a rejection', async () => {
    const rig = makeRig({ seed: 1 });
    await rig.setUp();
    const vault = rig.boot();
    must(await vault.recover());
    const world = makeWorld();
    await castVote(rig, vault, world, makeVisit(1));
    await castVote(rig, vault, world, makeVisit(2, 2));
    await castVote(rig, vault, world, makeVisit(3, 1, 1));
    expect(vault.journal()).toMatchObject({ epoch: 3, reprints: 3, spoils: 1, generation: 1 });
    await checkAtRest(rig, vault, world, [1, 2, 3]);
  });
});
