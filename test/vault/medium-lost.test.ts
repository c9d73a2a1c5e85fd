/**
 * Either medium is pulled after every single operation of a visit: straight back, later, or replaced
 * by a fresh one. The vote in progress ends as the table says on the one that is left, voting stands
 * still, and after synchronising both carry the same election on.
 */
import { describe, expect, test } from 'vitest';
import type { MediumName } from '#hal/storage.ts';
import {
  castVote,
  checkAtRest,
  checkEachAlone,
  checkResting,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  type OpenVault,
  type Rig,
  type Visit,
  type World,
} from './rig.ts';

const VOTER = 2;
const RETURNS = ['straightBack', 'later', 'fresh'] as const;
type Return = (typeof RETURNS)[number];

type Start = { readonly image: ReturnType<Rig['image']>; readonly world: World };
const startState = async (): Promise<Start> => {
  const rig = makeRig({ seed: 11 });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  await castVote(rig, vault, world, makeVisit(1));
  return { image: rig.image(), world };
};
const START = startState();

const begin = async (): Promise<{ rig: Rig; world: World; vault: OpenVault }> => {
  const start = await START;
  const rig = makeRig({ seed: 11 });
  rig.load(start.image);
  const vault = rig.boot();
  must(await vault.recover());
  rig.operations.length = 0;
  return { rig, world: structuredClone(start.world), vault };
};

const countOperations = async (visit: Visit): Promise<number> => {
  const { rig, world, vault } = await begin();
  await castVote(rig, vault, world, visit);
  return rig.operations.length;
};

const bringBack = (rig: Rig, lost: MediumName, how: Return): void => {
  if (how === 'later') rig.putBack(lost);
  if (how === 'fresh') rig.replaceByFresh(lost);
};

const run = async (lost: MediumName, at: number, how: Return, visit: Visit, restart: boolean) => {
  const { rig, world, vault } = await begin();
  const told: MediumName[] = [];
  vault.onLoss((name) => told.push(name));
  rig.onOperation((_, count) => {
    if (count !== at) return;
    rig.pull(lost);
    if (how === 'straightBack') rig.putBack(lost);
  });
  await castVote(rig, vault, world, visit);
  rig.onOperation(() => undefined);
  const survivor = lost === 'fixed' ? 'removable' : 'fixed';
  expect(told).toEqual([lost]);
  expect(vault.inStep()).toEqual([survivor]);
  expect(vault.journal()).toMatchObject({ phase: 'IDLE', generation: 2 });
  const { epoch } = vault.journal();
  if (visit.secured) expect(epoch).toBe(2);
  // No vote starts on one medium.
  expect(await vault.activate()).toMatchObject({ ok: false, error: { kind: 'mediumLost' } });
  bringBack(rig, lost, how);
  let going = vault;
  if (restart) {
    going = rig.boot();
    must(await going.recover());
    // Whatever came back is of an older generation: not in step before it is synchronised.
    expect(going.inStep()).toEqual([survivor]);
    must(await going.clean());
  }
  must(await going.synchronise());
  expect(going.journal().epoch).toBe(epoch);
  // The urn may lie in another file of each medium now: a restart keeps both.
  going = rig.boot();
  must(await going.recover());
  must(await going.clean());
  checkResting(rig, going, world, epoch);
  await castVote(rig, going, world, makeVisit(9));
  await checkAtRest(rig, going, world, epoch === 2 ? [1, VOTER, 9] : [1, 9]);
  if (at % 10 === 0) await checkEachAlone(rig, epoch + 1);
};

describe.each(['fixed', 'removable'] as const)('%s medium lost', (lost) => {
  test.each(RETURNS)('at each write of a visit, back: %s', async (how) => {
    const visits = [() => makeVisit(VOTER, 1), () => makeVisit(VOTER, 0, 1)];
    for (const [index, make] of visits.entries()) {
      const operations = await countOperations(make());
      expect(operations).toBeGreaterThan(50);
      // Of the second visit, which shares most steps with the first, every other operation.
      // The last one is J = IDLE on the removable medium: the visit is over then.
      for (let at = 1; at < operations; at += 1 + index)
        await run(lost, at, how, make(), at % 4 < 2);
    }
  });

  test('between two calls: told at once, the generation is up before the next call ends', async () => {
    const { rig, vault } = await begin();
    const told: MediumName[] = [];
    vault.onLoss((name) => told.push(name));
    rig.pull(lost);
    expect(told).toEqual([lost]);
    must(await vault.clean());
    expect(vault.journal().generation).toBe(2);
  });

  test('full in the middle of a vote: counts as lost, the vote is finished', async () => {
    const { rig, world, vault } = await begin();
    rig.onOperation((operation) => {
      if (operation.what.includes('pending') && operation.kind === 'sync')
        rig.onOperation((next) => {
          if (next.what.includes('journal')) rig.media[lost].behave({ kind: 'full' });
        });
    });
    await castVote(rig, vault, world, makeVisit(VOTER));
    expect(vault.inStep()).toEqual([lost === 'fixed' ? 'removable' : 'fixed']);
    rig.media[lost].behave(null);
    must(await vault.synchronise());
    await checkAtRest(rig, vault, world, vault.journal().epoch === 2 ? [1, VOTER] : [1]);
  });

  test('its secure cell stops taking writes: the unit is lost, the vote goes on', async () => {
    const { rig, world, vault } = await begin();
    const cell = lost === 'fixed' ? rig.cells.board : rig.cells.module;
    rig.onOperation((operation) => {
      if (operation.what.includes('pending')) cell.behave({ kind: 'stuckWrite' });
    });
    const visit = makeVisit(VOTER);
    await castVote(rig, vault, world, visit);
    expect(visit.secured).toBe(true);
    expect(vault.journal().epoch).toBe(2);
    expect(vault.inStep()).toEqual([lost === 'fixed' ? 'removable' : 'fixed']);
    cell.behave(null);
    must(await vault.synchronise());
    await checkAtRest(rig, vault, world, [1, VOTER]);
  });
});

describe('both media', () => {
  test('lost one after the other: the call says so, and a restart with both finds the newest', async () => {
    const { rig, world, vault } = await begin();
    must(await vault.activate());
    rig.pull('removable');
    rig.pull('fixed');
    expect(await vault.discard()).toMatchObject({ ok: false, error: { kind: 'mediumLost' } });
    rig.putBack('fixed');
    rig.putBack('removable');
    const again = rig.boot();
    expect(must(await again.recover())).toMatchObject({ phase: 'ACTIVE', epoch: 1 });
    must(await again.discard());
    must(await again.clean());
    if (again.inStep().length < 2) must(await again.synchronise());
    await checkAtRest(rig, again, world, [1]);
  });

  test.each(['fixed', 'removable'] as const)(
    'a sync error on the %s one parks the vault: nothing more is written, ever',
    async (name) => {
      const { rig, world, vault } = await begin();
      rig.media[name].behave({ kind: 'notSynced' });
      const before = rig.operations.length;
      const first = await vault.activate();
      expect(first).toMatchObject({ ok: false, error: { kind: 'notSynced', medium: name } });
      rig.media[name].behave(null);
      const after = rig.operations.length;
      expect(after - before).toBeLessThan(5);
      for (const call of [vault.discard, vault.clean, vault.activate, vault.recover])
        expect(await call()).toMatchObject({ ok: false, error: { kind: 'notSynced' } });
      expect(rig.operations.length).toBe(after);
      const again = rig.boot();
      const { phase } = must(await again.recover());
      if (phase === 'ACTIVE') must(await again.discard());
      must(await again.clean());
      await checkAtRest(rig, again, world, [1]);
    },
  );
});

test('a bug while a loss is noted with nobody waiting is thrown by the next call, and by every other', async () => {
  const { rig, vault } = await begin();
  rig.onOperation(() => {
    throw new Error('a bug');
  });
  rig.pull('removable');
  await new Promise((resolve) => setImmediate(resolve));
  rig.onOperation(() => undefined);
  await expect(vault.activate()).rejects.toThrow('a bug');
  await expect(vault.recover()).rejects.toThrow('a bug');
});
