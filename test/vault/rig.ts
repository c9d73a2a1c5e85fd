/**
 * A bench for the vault: emulated media and cells with a cutter on their operations, the world of
 * paper around them (printer's mouth, ballot box, envelope), and a booth that follows the
 * recovery table. What the tests check is what is left of all that.
 */
import { expect } from 'vitest';
import { makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import type { Choice } from '#drivers/storage/emulator-disk.ts';
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { openWith } from '#firmware/vault/hpke.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { CellSlot } from '#hal/secure-cell.ts';
import type { MediumName } from '#hal/storage.ts';

export const ELECTION = { id: 'test-2026', precinctId: '123456789-01', test: true };
export const BALLOT_BYTES = 24;
export const PAPER_BYTES = 40;

export type OpenVault = ReturnType<typeof openVault>;

/** A choice from seeded chance. */
export const choiceFrom = (seed: number | string): Choice => {
  const entropy = makeSeededEntropy(seed, 'residue');
  return (options) => {
    const [a, b] = entropy.bytes(2);
    return ((a! << 8) | b!) % options;
  };
};

export type Stage = 'S0' | 'S1' | 'S3' | 'S4' | "S4'" | 'S5' | 'S6' | 'S7' | 'S8' | 'recovery';
export type Operation = {
  readonly device: MediumName | 'board' | 'module';
  readonly kind: string;
  readonly what: string;
};

export type RigOptions = {
  readonly seed: number;
  readonly slots?: number;
  readonly codes?: number;
  /** Spoils the vault's chance, for controls. */
  readonly tamper?: (entropy: Entropy) => Entropy;
};

export const makeRig = (options: RigOptions) => {
  const clock = makeVirtualClock(Date.UTC(2026, 10, 22));
  const operations: (Operation & { readonly stage: Stage })[] = [];
  let stage: Stage = 'S0';
  let onOperation: (operation: Operation, count: number) => void = () => undefined;
  const seen = (operation: Operation): void => {
    operations.push({ ...operation, stage: stageOf(operation) });
    onOperation(operation, operations.length);
  };
  /** `commit` is three steps in one call: told apart by what is written. */
  const stageOf = (operation: Operation): Stage => {
    if (stage !== 'S5') return stage;
    if (operation.what.includes('journal')) return 'S6';
    return ['remove', 'erase', 'syncFolder'].includes(operation.kind) &&
      operations.some((each) => each.stage === 'S6')
      ? 'S7'
      : 'S5';
  };
  /** Every byte that was ever written, in order: what a laboratory reads off flash in the worst case. */
  const written: { readonly where: string; readonly bytes: Uint8Array }[] = [];
  const record = (where: string, bytes: Uint8Array): void => {
    written.push({ where, bytes: bytes.slice() });
  };
  const media = {
    fixed: makeEmulatedMedium({
      name: 'fixed',
      clock,
      onWrite: (path, bytes) => record(`fixed/${path}`, bytes),
      afterOperation: ({ kind, path }) => seen({ device: 'fixed', kind, what: path }),
    }),
    removable: makeEmulatedMedium({
      name: 'removable',
      clock,
      onWrite: (path, bytes) => record(`removable/${path}`, bytes),
      afterOperation: ({ kind, path }) => seen({ device: 'removable', kind, what: path }),
    }),
  };
  const cells = {
    board: makeEmulatedCell({
      name: 'board',
      onWrite: (slot, bytes) => record(`board/${slot}`, bytes),
      afterOperation: ({ kind, slot }) => seen({ device: 'board', kind, what: String(slot) }),
    }),
    module: makeEmulatedCell({
      name: 'module',
      onWrite: (slot, bytes) => record(`module/${slot}`, bytes),
      afterOperation: ({ kind, slot }) => seen({ device: 'module', kind, what: String(slot) }),
    }),
  };
  const sound = makeSeededEntropy(options.seed, 'vault');
  const entropy = options.tamper?.(sound) ?? sound;
  const precinct = makeX25519KeyPair(entropy);
  const identity = makeEd25519KeyPair(entropy);
  const slots = options.slots ?? 5;
  const codes = Array.from(
    { length: options.codes ?? 12 },
    (_, i) => `C${`${i}`.padStart(4, '0')}`,
  );

  const board = (): VaultBoard => ({
    media: { fixed: media.fixed.connect(), removable: media.removable.connect() },
    cells: { board: cells.board.connect(), module: cells.module.connect() },
    entropy,
    identity,
    election: ELECTION,
  });
  const devices = [media.fixed, media.removable, cells.board, cells.module];

  return {
    clock,
    media,
    cells,
    codes,
    slots,
    entropy,
    precinct,
    identity,
    board,
    operations,
    written,
    setStage: (next: Stage): void => {
      stage = next;
    },
    setUp: async (): Promise<void> => {
      const made = await setUpVault(board(), {
        publicKey: precinct.publicKey,
        slots,
        ballotBytes: BALLOT_BYTES,
        paperBytes: PAPER_BYTES,
        codes,
        commitments: Uint8Array.of(1, 2, 3),
      });
      expect(made).toEqual({ ok: true, value: undefined });
      operations.length = 0;
    },
    /** A new process: everything of the one before is dead. */
    boot: (): OpenVault => {
      for (const device of devices) device.endProcesses();
      return openVault(board());
    },
    onOperation: (next: typeof onOperation): void => {
      onOperation = next;
    },
    cutPower: (choice: Choice, tear: boolean): void => {
      media.fixed.cutPower(choice, tear);
      media.removable.cutPower(choice, tear);
      cells.board.cutPower(choice);
      cells.module.cutPower(choice);
    },
    pull: (name: MediumName): void => {
      if (name === 'removable') cells.module.pull();
      media[name].pull();
    },
    putBack: (name: MediumName): void => {
      if (name === 'removable') cells.module.putBack();
      media[name].putBack();
    },
    replaceByFresh: (name: MediumName): void => {
      if (name === 'removable') cells.module.replaceByFresh();
      media[name].replaceByFresh();
    },
    open: (sealed: Uint8Array): Uint8Array | null => {
      const info = ballotInfo(ELECTION.id, ELECTION.precinctId);
      return openWith(precinct.privateKey, info, new Uint8Array(0), sealed);
    },
    image: () => ({
      media: { fixed: media.fixed.files(), removable: media.removable.files() },
      cells: { board: cells.board.image(), module: cells.module.image() },
    }),
    load: (image: {
      media: Record<MediumName, Map<string, Uint8Array>>;
      cells: Record<'board' | 'module', Map<CellSlot, Uint8Array>>;
    }): void => {
      media.fixed.load(image.media.fixed);
      media.removable.load(image.media.removable);
      cells.board.load(image.cells.board);
      cells.module.load(image.cells.module);
    },
  };
};
export type Rig = ReturnType<typeof makeRig>;

/** The vote of a voter; each has its own marks, so that ballots can be told apart when counted. */
export const ballotOf = (voter: number, choice = 0): Uint8Array =>
  new Uint8Array(BALLOT_BYTES).fill(voter).fill(choice, BALLOT_BYTES - 1);

export type World = {
  /** What hangs from the printer. */
  paper: 'none' | 'partial' | 'whole';
  code: string | null;
  readonly box: string[];
  readonly envelope: string[];
  /** Ballots whose paper the voter accepted. */
  readonly accepted: Uint8Array[];
};
export const makeWorld = (): World => ({
  paper: 'none',
  code: null,
  box: [],
  envelope: [],
  accepted: [],
});

/** What this voter's visit is like. Counts go down as things happen: once each, crash or not. */
export type Visit = {
  readonly voter: number;
  partials: number;
  rejections: number;
  /** An attempt was made, so there is none to make. */
  prepared: boolean;
  /** The vault said that the vote is past the commit point, and the voter has not rejected it: it must never be lost. */
  secured: boolean;
};
export const makeVisit = (voter: number, partials = 0, rejections = 0): Visit => ({
  voter,
  partials,
  rejections,
  prepared: false,
  secured: false,
});

const must = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(`vault said ${JSON.stringify(result.error)}`);
  return result.value;
};

const fold = (world: World): void => {
  if (world.paper === 'none') return;
  world.envelope.push(world.code!);
  world.paper = 'none';
  world.code = null;
};

const printPaper = async (vault: OpenVault, world: World, visit: Visit): Promise<void> => {
  must(await vault.markPrint('STARTED'));
  expect(await vault.pendingPaper()).toEqual({ ok: true, value: ballotOf(visit.voter) });
  world.code = must(await vault.paperCode());
  if (visit.partials > 0) {
    visit.partials--;
    world.paper = 'partial';
  } else world.paper = 'whole';
};

const lookAtPaper = async (vault: OpenVault, world: World, visit: Visit): Promise<void> => {
  if (world.paper === 'none') await printPaper(vault, world, visit);
  if (world.paper === 'partial') must(await vault.markPartial());
  else must(await vault.markPrint('DONE'));
};

const choiceOf = (visit: Visit): number => (visit.rejections > 0 ? 1 : 0);

/** One row of the recovery table, or one step of the vote. */
const act = async (rig: Rig, vault: OpenVault, world: World, visit: Visit): Promise<boolean> => {
  const { phase, print } = vault.journal();
  switch (phase) {
    case 'IDLE':
      rig.setStage('S8');
      must(await vault.clean());
      return true;
    case 'ACTIVE':
      if (vault.inStep().length === 2 && !visit.prepared) {
        rig.setStage('S3');
        const ballot = ballotOf(visit.voter, choiceOf(visit));
        const prepared = await vault.prepare({ ballot, paper: ballotOf(visit.voter) });
        if (prepared.ok) visit.prepared = visit.secured = true;
        else expect(prepared.error.kind).toBe('mediumLost');
        return false;
      }
      must(await vault.discard());
      return false;
    case 'SPOILED':
      rig.setStage("S4'");
      fold(world);
      must(await vault.finishSpoil());
      visit.prepared = false;
      return false;
    case 'OUTCOME':
      rig.setStage('S5');
      must(await vault.commit());
      rig.setStage('S8');
      must(await vault.settle());
      return false;
    case 'PREPARED':
      rig.setStage('S4');
      switch (print) {
        case 'NONE':
          await printPaper(vault, world, visit);
          await lookAtPaper(vault, world, visit);
          return false;
        case 'STARTED':
          await lookAtPaper(vault, world, visit);
          return false;
        case 'PARTIAL':
          if (world.paper === 'partial') fold(world);
          await printPaper(vault, world, visit);
          return false;
        case 'DONE':
          if (visit.rejections > 0) {
            rig.setStage("S4'");
            visit.secured = false;
            must(await vault.spoil());
            visit.rejections--;
          } else {
            rig.setStage('S4');
            must(await vault.markPrint('CONFIRMED'));
          }
          return false;
        case 'CONFIRMED':
          if (world.paper === 'whole') {
            world.box.push(world.code!);
            world.paper = 'none';
            world.code = null;
          }
          rig.setStage('S5');
          must(await vault.commit());
          return false;
      }
  }
};

const MAX_STEPS = 40;

/** Goes on from where the vault stands until it is idle and clean. */
export const goOn = async (
  rig: Rig,
  vault: OpenVault,
  world: World,
  visit: Visit,
): Promise<void> => {
  for (let step = 0; step < MAX_STEPS; step++) if (await act(rig, vault, world, visit)) return;
  throw new Error('the vote does not come to an end');
};

/** A whole visit, from the token to idle. */
export const castVote = async (
  rig: Rig,
  vault: OpenVault,
  world: World,
  visit: Visit,
): Promise<void> => {
  rig.setStage('S1');
  const activated = await vault.activate();
  if (!activated.ok) expect(activated.error.kind).toBe('mediumLost');
  await goOn(rig, vault, world, visit);
};

/** Counters, paper, files and cells when the machine is idle with both units in step. */
export const checkResting = (rig: Rig, vault: OpenVault, world: World, votes: number): void => {
  const { epoch, reprints, spoils, phase } = vault.journal();
  expect(phase).toBe('IDLE');
  expect(vault.inStep()).toEqual(['fixed', 'removable']);
  expect(epoch).toBe(votes);
  expect(world.box.length).toBe(epoch);
  expect(world.paper).toBe('none');
  expect(reprints + spoils).toBe(world.envelope.length);
  const carried = [...world.box, ...world.envelope];
  expect(new Set(carried).size).toBe(carried.length);
  for (const medium of [rig.media.fixed, rig.media.removable]) {
    const names = [...medium.files().keys()].sort();
    expect(names.filter((name) => name.includes('/urn-')).length).toBe(1);
    expect(names.filter((name) => /pending|new/.test(name))).toEqual([]);
  }
  for (const cell of [rig.cells.board, rig.cells.module]) {
    const held = [...cell.image()].filter(([, bytes]) => bytes.some((byte) => byte !== 0));
    expect(held.length).toBe(1);
    expect(held[0]![0]).not.toBe('oneTime');
  }
};

/** What must hold whenever the machine is idle with both units in step; then the urn is opened and counted. */
export const checkAtRest = async (
  rig: Rig,
  vault: OpenVault,
  world: World,
  expectedVoters: readonly number[],
): Promise<void> => {
  checkResting(rig, vault, world, expectedVoters.length);
  const carried = [...world.box, ...world.envelope];
  const counting = rig.boot();
  must(await counting.recover());
  if (counting.polls() !== 'closed') must(await counting.setPolls('closed'));
  const sealed = must(await counting.sealedBallots());
  const voters = sealed.map((each) => rig.open(each)![0]!).sort((a, b) => a - b);
  expect(voters).toEqual([...expectedVoters].sort((a, b) => a - b));
  expect(sealed.map((each) => rig.open(each)!.at(-1))).toEqual(voters.map(() => 0));
  const unused = must(await counting.unusedCodes());
  expect([...unused, ...carried].sort()).toEqual([...rig.codes].sort());
};

/** Each unit alone can carry the election on, on a spare board too. */
export const checkEachAlone = async (rig: Rig, epoch: number): Promise<void> => {
  for (const alone of ['fixed', 'removable'] as const) {
    const copy = makeRig({ seed: 1, slots: rig.slots, codes: rig.codes.length });
    copy.load(rig.image());
    const other = alone === 'fixed' ? 'removable' : 'fixed';
    copy.replaceByFresh(other);
    if (other === 'fixed') copy.cells.board.replaceByFresh();
    const spare = openVault({
      ...copy.board(),
      formerIdentities: [rig.identity.publicKey],
    });
    expect(must(await spare.recover())).toMatchObject({ epoch });
    must(await spare.clean());
    must(await spare.synchronise());
    expect(spare.inStep()).toEqual(['fixed', 'removable']);
    expect(spare.journal().epoch).toBe(epoch);
  }
};

export { must };
