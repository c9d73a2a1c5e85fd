/**
 * The booth's process dies after each operation of a visit while the system lives on: files then hold
 * what was written but never synced. The next process goes on from there, and later the power is cut,
 * which takes away whatever still was not durable.
 */
import { expect, test } from 'vitest';
import { keepOld } from '#drivers/storage/emulator-disk.ts';
import { castVote, checkAtRest, goOn, makeRig, makeVisit, makeWorld, must } from './rig.ts';

test.each([
  ['a partial print', 1, 0],
  ['a rejected paper', 0, 1],
] as const)('a visit with %s', async (_, partials, rejections) => {
  const first = makeRig({ seed: 41 });
  await first.setUp();
  const image = first.image();
  const begin = async () => {
    const rig = makeRig({ seed: 41 });
    rig.load(image);
    const vault = rig.boot();
    must(await vault.recover());
    rig.operations.length = 0;
    return { rig, vault, world: makeWorld(), visit: makeVisit(1, partials, rejections) };
  };
  const whole = await begin();
  await castVote(whole.rig, whole.vault, whole.world, whole.visit);
  const operations = whole.rig.operations.length;
  expect(operations).toBeGreaterThan(60);

  for (let at = 1; at <= operations; at++) {
    const { rig, vault, world, visit } = await begin();
    let die: () => void = () => undefined;
    const death = new Promise<void>((resolve) => {
      die = resolve;
    });
    rig.onOperation((_operation, count) => {
      if (count !== at) return;
      for (const device of [...Object.values(rig.media), ...Object.values(rig.cells)])
        device.endProcesses();
      die();
    });
    await Promise.race([castVote(rig, vault, world, visit), death]);
    rig.onOperation(() => undefined);
    const next = rig.boot();
    const { phase } = must(await next.recover());
    // Recovery has made durable what it builds on: the power may go at once.
    rig.cutPower(keepOld, false);
    const after = rig.boot();
    expect(must(await after.recover()).phase).toBe(phase);
    if (phase === 'PREPARED') visit.prepared = true;
    if (phase === 'ACTIVE') must(await after.discard());
    await goOn(rig, after, world, visit);
    rig.cutPower(keepOld, false);
    const last = rig.boot();
    const { epoch } = must(await last.recover());
    if (visit.secured) expect(epoch).toBe(1);
    await checkAtRest(rig, last, world, epoch === 1 ? [1] : []);
  }
});
