/**
 * Every trouble of a medium, at every write of a visit, on either medium: it is named, the vote in progress
 * ends as the table says on the one that is left, no other begins, and once the medium is sound again (or a
 * fresh one in its place) both carry the election on. Pulled media: medium-lost.test.ts; hung ones:
 * medium-hung.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { MediumName } from '#hal/storage.ts';
import {
  BALLOT_BYTES,
  castVote,
  checkAtRest,
  checkResting,
  ELECTION,
  goOn,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  type OpenVault,
  PAPER_BYTES,
  type Rig,
  type Visit,
  type World,
} from './rig.ts';

const VOTER = 2;
const SEED = 21;
const MEDIA = ['fixed', 'removable'] as const satisfies readonly MediumName[];

type Image = ReturnType<Rig['image']>;
type Start = { readonly image: Image; readonly world: World };
const startState = async (): Promise<Start> => {
  const rig = makeRig({ seed: SEED });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  await castVote(rig, vault, world, makeVisit(1));
  return { image: rig.image(), world };
};
const START = startState();

/** A medium of another precinct, in the middle of its day. */
const foreignImage = async (): Promise<Image> => {
  const rig = makeRig({ seed: SEED + 1 });
  const election = { ...ELECTION, precinctId: '987654321-01' };
  const made = await setUpVault(
    { ...rig.board(), election },
    {
      publicKey: rig.precinct.publicKey,
      slots: rig.slots,
      ballotBytes: BALLOT_BYTES,
      paperBytes: PAPER_BYTES,
      codes: rig.codes,
      commitments: Uint8Array.of(1),
    },
  );
  expect(made.ok).toBe(true);
  return rig.image();
};
const FOREIGN = foreignImage();

const begin = async () => {
  const start = await START;
  const rig = makeRig({ seed: SEED });
  rig.load(start.image);
  const vault = rig.boot();
  must(await vault.recover());
  rig.operations.length = 0;
  return { rig, world: structuredClone(start.world), vault };
};

const survivorOf = (lost: MediumName): MediumName => (lost === 'fixed' ? 'removable' : 'fixed');

/** Puts what `image` has of a medium into it, the module with its cell. */
const exchange = (rig: Rig, lost: MediumName, image: Image): void => {
  rig.pull(lost);
  rig.media[lost].load(image.media[lost]);
  if (lost === 'removable') rig.cells.module.load(image.cells.module);
  rig.putBack(lost);
};

type Trouble = {
  readonly strike: (rig: Rig, lost: MediumName) => unknown;
  /** What makes the medium usable again. */
  readonly heal: (rig: Rig, lost: MediumName) => void;
  /** What the vault says of it as long as it is as it is; null: it is usable as it is. */
  readonly refused: 'foreign' | null;
};

const soundAgain = (rig: Rig, lost: MediumName): void => rig.media[lost].behave(null);

const TROUBLES: Readonly<Record<string, Trouble>> = {
  full: {
    strike: (rig, lost) => rig.media[lost].behave({ kind: 'full' }),
    heal: soundAgain,
    refused: null,
  },
  'read-only': {
    strike: (rig, lost) => rig.media[lost].behave({ kind: 'readOnly' }),
    heal: soundAgain,
    refused: null,
  },
  unreadable: {
    strike: (rig, lost) => rig.media[lost].behave({ kind: 'unreadable', path: null }),
    heal: soundAgain,
    refused: null,
  },
  'exchanged for another precinct’s': {
    strike: async (rig, lost) => exchange(rig, lost, await FOREIGN),
    heal: (rig, lost) => rig.replaceByFresh(lost),
    refused: 'foreign',
  },
  'exchanged for its own older copy': {
    strike: async (rig, lost) => exchange(rig, lost, (await START).image),
    heal: () => undefined,
    refused: null,
  },
};

/** Casts a vote with the trouble coming after the `at`-th write; false: it came too late to matter. */
const castInTrouble = async (
  trouble: Trouble,
  lost: MediumName,
  at: number,
  { rig, world, vault }: Awaited<ReturnType<typeof begin>>,
  visit: Visit,
): Promise<boolean> => {
  const told: MediumName[] = [];
  vault.onLoss((name) => told.push(name));
  let struck: unknown = null;
  rig.onOperation((_, count) => {
    if (count === at) struck = trouble.strike(rig, lost);
  });
  await castVote(rig, vault, world, visit);
  await struck;
  rig.onOperation(() => undefined);
  expect(told.length).toBeLessThanOrEqual(1);
  if (told.length === 0) return false;
  expect(told).toEqual([lost]);
  expect(vault.inStep()).toEqual([survivorOf(lost)]);
  expect(vault.journal().phase).toBe('IDLE');
  if (visit.secured) expect(vault.journal().epoch).toBe(2);
  expect(await vault.activate()).toMatchObject({ ok: false, error: { kind: 'mediumLost' } });
  return true;
};

const finish = async (rig: Rig, vault: OpenVault, world: World, voted: boolean) => {
  const going = rig.boot();
  vault.close();
  must(await going.recover());
  must(await going.clean());
  checkResting(rig, going, world, voted ? 2 : 1);
  await castVote(rig, going, world, makeVisit(9));
  await checkAtRest(rig, going, world, voted ? [1, VOTER, 9] : [1, 9]);
};

const countOperations = async (): Promise<number> => {
  const { rig, world, vault } = await begin();
  await castVote(rig, vault, world, makeVisit(VOTER, 1));
  return rig.operations.length;
};

describe.each(MEDIA)('the %s medium', (lost) => {
  test.each(Object.entries(TROUBLES))('%s, at every write of a visit', async (_, trouble) => {
    const operations = await countOperations();
    expect(operations).toBeGreaterThan(50);
    let named = 0;
    for (let at = 1; at < operations; at++) {
      const started = await begin();
      const { rig, world, vault } = started;
      const visit = makeVisit(VOTER, 1);
      if (!(await castInTrouble(trouble, lost, at, started, visit))) {
        trouble.heal(rig, lost);
        continue;
      }
      named++;
      const { epoch } = vault.journal();
      if (trouble.refused !== null) {
        const before = rig.media[lost].files();
        expect(await vault.synchronise()).toMatchObject({
          ok: false,
          error: { kind: trouble.refused },
        });
        expect(rig.media[lost].files()).toEqual(before);
      }
      trouble.heal(rig, lost);
      must(await vault.synchronise());
      expect(vault.journal().epoch).toBe(epoch);
      await finish(rig, vault, world, epoch === 2);
    }
    // Only what comes after the last use of a medium is not seen in this visit.
    expect(named).toBeGreaterThan(operations * 0.8);
  });

  test.each([
    [
      'a bit is flipped in every file',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)),
    ],
    ['every file is zeroed', (bytes: Uint8Array) => new Uint8Array(bytes.length)],
    [
      'the halves of every file change places',
      (bytes: Uint8Array) =>
        Uint8Array.from([
          ...bytes.subarray(bytes.length >> 1),
          ...bytes.subarray(0, bytes.length >> 1),
        ]),
    ],
  ])('%s while the unit is dead, at every write of a visit', async (_, damage) => {
    const operations = await countOperations();
    for (let at = 1; at < operations; at++) {
      const { rig, world, vault } = await begin();
      const visit = makeVisit(VOTER, 1);
      const died = new Promise<void>((resolve) => {
        rig.onOperation((_operation, count) => {
          if (count !== at) return;
          for (const device of [
            rig.media.fixed,
            rig.media.removable,
            rig.cells.board,
            rig.cells.module,
          ])
            device.endProcesses();
          resolve();
        });
      });
      await Promise.race([castVote(rig, vault, world, visit), died]);
      rig.onOperation(() => undefined);
      const files = rig.media[lost].files();
      rig.media[lost].load(
        new Map(
          [...files].map(([path, bytes]) => [
            path,
            path.includes('vault/') ? damage(bytes) : bytes,
          ]),
        ),
      );
      const going = rig.boot();
      must(await going.recover());
      // Found out, and nothing of it used.
      expect(going.inStep()).toEqual([survivorOf(lost)]);
      if (going.journal().phase === 'ACTIVE') must(await going.discard());
      if (going.journal().phase === 'PREPARED') visit.prepared = visit.secured = true;
      await goOn(rig, going, world, visit);
      const { epoch } = going.journal();
      if (visit.secured) expect(epoch).toBe(2);
      must(await going.synchronise());
      await finish(rig, going, world, epoch === 2);
    }
  });
});
