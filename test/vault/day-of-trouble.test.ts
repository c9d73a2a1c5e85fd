/**
 * Whole days on which anything happens at any operation: the power goes, the process dies, a medium
 * is pulled, fails or fills up, papers jam, voters reject; several of it in one visit. Seeded: a day
 * that fails is the same day again. Only a second loss before the first is made good is left out:
 * that one may cost votes, and the screen says so.
 */
import { expect, test } from 'vitest';
import type { MediumName } from '#hal/storage.ts';
import {
  castVote,
  checkAtRest,
  checkEachAlone,
  checkResting,
  choiceFrom,
  goOn,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  type OpenVault,
} from './rig.ts';

const VOTERS = 14;
const MAX_BOOTS = 60;
/** One operation in so many meets trouble. */
const ODDS = 45;

test.each(Array.from({ length: 8 }, (_, index) => index + 1))('day %i', async (seed) => {
  const rig = makeRig({ seed: 700 + seed, slots: VOTERS, codes: 4 * VOTERS });
  await rig.setUp();
  const world = makeWorld();
  const draw = choiceFrom(`trouble ${seed}`);
  const voted: number[] = [];
  const met = { cuts: 0, deaths: 0, losses: 0 };
  let stop: () => void = () => undefined;
  let lost: MediumName | null = null;

  const trouble = (): void => {
    if (draw(ODDS) !== 0) return;
    const kind = draw(4);
    if (kind === 0) {
      met.deaths++;
      for (const device of [...Object.values(rig.media), ...Object.values(rig.cells)])
        device.endProcesses();
      stop();
    } else if (kind === 1 || lost !== null) {
      met.cuts++;
      rig.cutPower(draw, draw(2) === 0);
      stop();
    } else {
      met.losses++;
      lost = draw(2) === 0 ? 'fixed' : 'removable';
      rig.pull(lost);
      if (draw(2) === 0) rig.putBack(lost);
    }
  };

  /** Officers see to the lost medium: the same or a fresh one goes in and is synchronised. */
  const makeGood = async (vault: OpenVault): Promise<void> => {
    if (lost !== null && !rig.media[lost].present()) {
      if (draw(3) === 0) rig.replaceByFresh(lost);
      else rig.putBack(lost);
    }
    if (vault.inStep().length < 2) must(await vault.synchronise());
    lost = null;
  };

  for (let voter = 1; voter <= VOTERS; voter++) {
    const visit = makeVisit(voter, draw(3) === 0 ? 1 : 0, draw(4) === 0 ? 1 : 0);
    const before = voted.length;
    for (let boots = 0; ; boots++) {
      expect(boots).toBeLessThan(MAX_BOOTS);
      const stopped = new Promise<boolean>((resolve) => {
        stop = () => resolve(false);
      });
      rig.onOperation(trouble);
      const visitOnce = async (): Promise<boolean> => {
        const vault = rig.boot();
        const { phase, epoch } = must(await vault.recover());
        if (phase === 'PREPARED') {
          visit.prepared = true;
          if (visit.rejections === 0) visit.secured = true;
        }
        if (visit.secured) expect(phase === 'PREPARED' || epoch === before + 1).toBe(true);
        if (phase === 'ACTIVE') {
          if (world.paper !== 'none') throw new Error('paper out without a prepared vote');
          must(await vault.discard());
        }
        await goOn(rig, vault, world, visit);
        await makeGood(vault);
        if (vault.journal().epoch > before) return true;
        visit.prepared = false;
        await castVote(rig, vault, world, visit);
        await makeGood(vault);
        return vault.journal().epoch > before;
      };
      const finished = await Promise.race([visitOnce(), stopped]);
      rig.onOperation(() => undefined);
      if (finished) break;
    }
    voted.push(voter);
    const vault = rig.boot();
    must(await vault.recover());
    must(await vault.clean());
    await makeGood(vault);
    checkResting(rig, vault, world, voted.length);
  }
  const vault = rig.boot();
  must(await vault.recover());
  await checkAtRest(rig, vault, world, voted);
  await checkEachAlone(rig, VOTERS);
  expect(met.cuts + met.deaths + met.losses).toBeGreaterThan(10);
});
