/**
 * One medium's sync says yes and makes nothing durable; nobody can notice before the power is cut.
 * The other medium then holds the vote, and the liar is out of step or brought level, never followed.
 */
import { expect, test } from 'vitest';
import { keepOld } from '#drivers/storage/emulator-disk.ts';
import {
  castVote,
  checkAtRest,
  checkResting,
  choiceFrom,
  goOn,
  makeRig,
  makeVisit,
  makeWorld,
  must,
} from './rig.ts';

test.each([
  ['fixed', 'loses everything since'],
  ['fixed', 'keeps some of it'],
  ['removable', 'loses everything since'],
  ['removable', 'keeps some of it'],
] as const)('the %s medium lies and %s', async (liar, keeps) => {
  const first = makeRig({ seed: 51 });
  await first.setUp();
  const image = first.image();
  const begin = async () => {
    const rig = makeRig({ seed: 51 });
    rig.load(image);
    const vault = rig.boot();
    must(await vault.recover());
    rig.media[liar].behave({ kind: 'lyingSync' });
    rig.operations.length = 0;
    return { rig, vault, world: makeWorld(), visit: makeVisit(2, 1, 1) };
  };
  const whole = await begin();
  await castVote(whole.rig, whole.vault, whole.world, makeVisit(1));
  const begun = whole.rig.operations.length;
  await castVote(whole.rig, whole.vault, whole.world, whole.visit);
  const operations = whole.rig.operations.length;

  // The liar has been lying for a whole vote before the one in which the power goes.
  for (let at = begun; at <= operations; at += 2) {
    const { rig, vault, world, visit } = await begin();
    await castVote(rig, vault, world, makeVisit(1));
    let gone: () => void = () => undefined;
    const cut = new Promise<void>((resolve) => {
      gone = resolve;
    });
    rig.onOperation((_, count) => {
      if (count !== at) return;
      rig.cutPower(keeps === 'keeps some of it' ? choiceFrom(at) : keepOld, at % 4 === 0);
      gone();
    });
    await Promise.race([castVote(rig, vault, world, visit), cut]);
    rig.onOperation(() => undefined);
    rig.media[liar].behave(null);
    const next = rig.boot();
    const { phase, epoch } = must(await next.recover());
    if (visit.secured) expect(phase === 'PREPARED' || epoch === 2).toBe(true);
    expect(epoch).toBeGreaterThanOrEqual(1);
    if (phase === 'PREPARED') visit.prepared = true;
    if (phase === 'ACTIVE') must(await next.discard());
    await goOn(rig, next, world, visit);
    must(await next.synchronise());
    const votes = next.journal().epoch;
    if (visit.secured) expect(votes).toBe(2);
    if ((at - begun) % 20 === 0) await checkAtRest(rig, next, world, votes === 2 ? [1, 2] : [1]);
    else checkResting(rig, next, world, votes);
  }
});
