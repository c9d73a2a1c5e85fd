/**
 * The power is cut after every single write, sync, rename, removal and cell access of one whole
 * visit; what was not synced is left in a random legal mix; then the machine starts again and goes on
 * by the recovery table, in half of the runs with a second cut in the middle of that.
 */
import { describe, expect, test } from 'vitest';
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
  type Rig,
  type Stage,
  type Visit,
  type World,
} from './rig.ts';

const EARLIER = [1, 2];
const VOTER = 3;
/** Even: sectors may be torn. Above 2: a second cut in the recovery. */
const SEEDS = [1, 2, 4] as const;

type Visits = { readonly name: string; readonly make: () => Visit };
const VISITS: readonly Visits[] = [
  { name: 'a plain vote', make: () => makeVisit(VOTER) },
  { name: 'a vote with a partial print', make: () => makeVisit(VOTER, 1) },
  { name: 'a vote with a rejected paper', make: () => makeVisit(VOTER, 0, 1) },
];

type Start = { readonly image: ReturnType<Rig['image']>; readonly world: World };

/** The state in which each run begins: two votes cast, idle. */
const startState = async (): Promise<Start> => {
  const rig = makeRig({ seed: 7 });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  for (const voter of EARLIER) await castVote(rig, vault, world, makeVisit(voter));
  return { image: rig.image(), world };
};
const START = startState();

const begin = async (): Promise<{ rig: Rig; world: World; vault: OpenVault }> => {
  const start = await START;
  const rig = makeRig({ seed: 7 });
  rig.load(start.image);
  const world = structuredClone(start.world);
  const vault = rig.boot();
  must(await vault.recover());
  must(await vault.clean());
  rig.operations.length = 0;
  return { rig, world, vault };
};

/** The operations of an undisturbed visit, in order, each with its step. */
const undisturbed = async (visits: Visits): Promise<readonly Stage[]> => {
  const { rig, world, vault } = await begin();
  await castVote(rig, vault, world, visits.make());
  return rig.operations.map(({ stage }) => stage);
};

/** Lets `work` run until the cut; true: it came to its end before. */
const untilCut = async (
  rig: Rig,
  at: number,
  choice: (options: number) => number,
  tear: boolean,
  work: () => Promise<void>,
): Promise<boolean> => {
  rig.operations.length = 0;
  let cut: () => void = () => undefined;
  const power = new Promise<boolean>((resolve) => {
    cut = () => resolve(false);
  });
  rig.onOperation((_, count) => {
    if (count !== at) return;
    rig.cutPower(choice, tear);
    cut();
  });
  const finished = await Promise.race([work().then(() => true), power]);
  rig.onOperation(() => undefined);
  return finished;
};

/** One run. `at`: which operation is the last; `again`: the one of the recovery, 0 for none. */
const run = async (visits: Visits, at: number, again: number, seed: number): Promise<void> => {
  const { rig, world, vault } = await begin();
  const visit = visits.make();
  const choice = choiceFrom(`${at} ${again} ${seed}`);
  const tear = seed % 2 === 0;
  expect(await untilCut(rig, at, choice, tear, () => castVote(rig, vault, world, visit))).toBe(
    false,
  );
  const recovering = async (): Promise<void> => {
    const booted = rig.boot();
    const { phase, epoch } = must(await booted.recover());
    if (phase === 'PREPARED' && visit.rejections === 0) visit.secured = true;
    // From the commit point on the vote is there, whatever was torn.
    if (visit.secured) expect(phase === 'PREPARED' || epoch === EARLIER.length + 1).toBe(true);
    if (phase === 'PREPARED') visit.prepared = true;
    // After a restart an attempt that was not prepared is given up.
    if (phase === 'ACTIVE') must(await booted.discard());
    await goOn(rig, booted, world, visit);
  };
  if (again > 0) await untilCut(rig, again, choice, tear, recovering);
  await recovering();
  const last = rig.boot();
  const { epoch } = must(await last.recover());
  if (visit.secured) expect(epoch).toBe(EARLIER.length + 1);
  const voters = epoch > EARLIER.length ? [...EARLIER, VOTER] : [...EARLIER];
  checkResting(rig, last, world, voters.length);
  // And the machine takes the next vote.
  const next = rig.boot();
  must(await next.recover());
  must(await next.clean());
  await castVote(rig, next, world, makeVisit(9));
  const after = [...voters, 9];
  await checkAtRest(rig, next, world, after);
  if (seed === 1 && at % 8 === 0) await checkEachAlone(rig, after.length);
};

const cutThroughout = async (stages: readonly Stage[]): Promise<number> => {
  let runs = 0;
  for (const visits of VISITS) {
    const all = await undisturbed(visits);
    for (const [index, stage] of all.entries()) {
      if (!stages.includes(stage)) continue;
      for (const seed of SEEDS) {
        await run(visits, index + 1, seed > 2 ? 1 + ((index * 7 + seed) % 40) : 0, seed);
        runs++;
      }
    }
  }
  return runs;
};

describe('power cut', () => {
  test('S0: before the booth has done anything, nothing of the voter is in the vault', async () => {
    const { rig, world, vault } = await begin();
    rig.cutPower(choiceFrom(0), true);
    expect(vault.journal().phase).toBe('IDLE');
    const booted = rig.boot();
    must(await booted.recover());
    must(await booted.clean());
    await checkAtRest(rig, booted, world, EARLIER);
  });
  test('S1: at each write of J = ACTIVE', async () => {
    expect(await cutThroughout(['S1'])).toBeGreaterThan(10);
  });
  test('S2: sealing writes nothing; the cut leaves ACTIVE, and the attempt is given up', async () => {
    const { rig, world, vault } = await begin();
    must(await vault.activate());
    const before = rig.operations.length;
    rig.cutPower(choiceFrom(1), true);
    expect(rig.operations.length).toBe(before);
    const booted = rig.boot();
    expect(must(await booted.recover()).phase).toBe('ACTIVE');
    await goOn(rig, booted, world, { ...makeVisit(VOTER), prepared: true });
    await checkAtRest(rig, booted, world, EARLIER);
  });
  test('S3: at each write of one-time key, pending record and J = PREPARED', async () => {
    expect(await cutThroughout(['S3'])).toBeGreaterThan(50);
  });
  test('S4: at each write of the print marks, partial prints included', async () => {
    expect(await cutThroughout(['S4'])).toBeGreaterThan(100);
  });
  test("S4': at each write of a rejection", async () => {
    expect(await cutThroughout(["S4'"])).toBeGreaterThan(30);
  });
  test('S5: at each write of the new key and the new urn', async () => {
    expect(await cutThroughout(['S5'])).toBeGreaterThan(50);
  });
  test('S6: at each write of J = OUTCOME', async () => {
    expect(await cutThroughout(['S6'])).toBeGreaterThan(20);
  });
  test('S7: at each erasure of old keys, pending record and old urn', async () => {
    expect(await cutThroughout(['S7'])).toBeGreaterThan(50);
  });
  test('S8: at each write of J = IDLE', async () => {
    expect(await cutThroughout(['S8'])).toBeGreaterThan(20);
  });
});
