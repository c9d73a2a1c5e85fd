/**
 * Both media are lost one after the other: the second while the generation is raised on it. What was being
 * written there may land late; the medium that is taken up again must stay the newer one, and both come in step.
 */
import { expect, test } from 'vitest';
import { MEDIUM_LIMIT_MS, type MediumName } from '#hal/storage.ts';
import { castVote, checkAtRest, makeRig, makeVisit, makeWorld, must } from './rig.ts';

const other = (name: MediumName): MediumName => (name === 'fixed' ? 'removable' : 'fixed');

test.each(['fixed', 'removable'] as const)(
  'the %s one first, then the other with a late effect: voting goes on on both',
  async (first) => {
    const rig = makeRig({ seed: 52 });
    await rig.setUp();
    const vault = rig.boot();
    must(await vault.recover());
    const world = makeWorld();
    await castVote(rig, vault, world, makeVisit(1));
    must(await vault.activate());
    const second = other(first);
    rig.media[first].behave({ kind: 'hung', lateEffect: false });
    // It is given up after a limit; then the generation is raised on the second, which hangs too.
    rig.clock.after(MEDIUM_LIMIT_MS / 2, () =>
      rig.media[second].behave({ kind: 'hung', lateEffect: true }),
    );
    const discarded = await rig.clock.run(vault.discard());
    expect(discarded.ok).toBe(false);
    expect(vault.inStep()).toEqual([]);
    rig.media[first].behave(null);
    expect(must(await rig.clock.run(vault.recover()))).toMatchObject({ phase: 'ACTIVE' });
    must(await rig.clock.run(vault.discard()));
    must(await vault.clean());
    expect(vault.inStep()).toEqual([first]);
    rig.media[second].behave(null);
    must(await rig.clock.run(vault.synchronise()));
    expect(vault.inStep()).toEqual(['fixed', 'removable']);
    await rig.clock.run(castVote(rig, vault, world, makeVisit(2)));
    await rig.clock.run(checkAtRest(rig, vault, world, [1, 2]));
  },
);
