/** Changed, exchanged and older files and cells: named, never taken for the vault's own state. */
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import {
  castVote,
  checkAtRest,
  goOn,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  type Rig,
} from './rig.ts';

const MEDIA = ['fixed', 'removable'] as const;

const afterVotes = async (votes: number, seed = 21) => {
  const rig = makeRig({ seed });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  for (let voter = 1; voter <= votes; voter++) await castVote(rig, vault, world, makeVisit(voter));
  return { rig, vault, world };
};

const namesOf = (rig: Rig, name: 'fixed' | 'removable', part: string): readonly string[] =>
  [...rig.media[name].files().keys()].filter((path) => path.includes(part));

/** Flips one bit in every file of that kind. */
const damage = (rig: Rig, name: 'fixed' | 'removable', part: string, offset: number): void => {
  const names = namesOf(rig, name, part);
  expect(names.length).toBeGreaterThan(0);
  for (const path of names) expect(rig.media[name].rot(path, offset)).toBe(true);
};

describe('a damaged unit', () => {
  test.each(
    MEDIA.flatMap(
      (name) =>
        [
          [name, '/urn-', 10],
          [name, '/urn-', 60],
          [name, '/urn-', 400],
          [name, '/journal-', 16],
          [name, '/journal-', 40],
        ] as const,
    ),
  )(
    '%s, %s byte %i: the other one carries on, this one is out of step',
    async (name, part, offset) => {
      const { rig, world } = await afterVotes(2);
      damage(rig, name, part, offset);
      const vault = rig.boot();
      expect(must(await vault.recover())).toMatchObject({ epoch: 2, generation: 2 });
      expect(vault.inStep()).toEqual(MEDIA.filter((each) => each !== name));
      must(await vault.clean());
      must(await vault.synchronise());
      await castVote(rig, vault, world, makeVisit(3));
      await checkAtRest(rig, vault, world, [1, 2, 3]);
    },
  );

  test.each(['/urn-', '/journal-'])(
    '%s damaged on both: tampered, and nothing is written',
    async (part) => {
      const { rig } = await afterVotes(2);
      for (const name of MEDIA) damage(rig, name, part, 40);
      const before = rig.image();
      const vault = rig.boot();
      expect(await vault.recover()).toMatchObject({ ok: false, error: { kind: 'tampered' } });
      expect(rig.image()).toEqual(before);
    },
  );

  test('both cells emptied: tampered', async () => {
    const { rig } = await afterVotes(1);
    rig.cells.board.replaceByFresh();
    rig.cells.module.replaceByFresh();
    const vault = rig.boot();
    expect(await vault.recover()).toMatchObject({ ok: false, error: { kind: 'tampered' } });
  });

  test('one cell emptied: its key comes back from the other', async () => {
    const { rig, world } = await afterVotes(1);
    rig.cells.board.replaceByFresh();
    const vault = rig.boot();
    must(await vault.recover());
    must(await vault.clean());
    await checkAtRest(rig, vault, world, [1]);
  });
});

describe('a pending record', () => {
  const prepared = async () => {
    const { rig, vault, world } = await afterVotes(1);
    must(await vault.activate());
    const visit = makeVisit(2);
    must(
      await vault.prepare({
        ballot: new Uint8Array(24).fill(2).fill(0, 23),
        paper: new Uint8Array(24).fill(2).fill(0, 23),
      }),
    );
    visit.prepared = true;
    return { rig, world, visit };
  };

  test.each(MEDIA)('damaged on the %s medium: the vote is taken from the other', async (name) => {
    const { rig, world, visit } = await prepared();
    damage(rig, name, 'pending', 50);
    const vault = rig.boot();
    expect(must(await vault.recover())).toMatchObject({ phase: 'PREPARED', generation: 2 });
    await goOn(rig, vault, world, visit);
    must(await vault.synchronise());
    await checkAtRest(rig, vault, world, [1, 2]);
  });

  test('damaged on both: tampered; the attempt is not quietly given up', async () => {
    const { rig } = await prepared();
    for (const name of MEDIA) damage(rig, name, 'pending', 50);
    expect(await rig.boot().recover()).toMatchObject({ ok: false, error: { kind: 'tampered' } });
  });
});

describe('an old image put back', () => {
  test.each(MEDIA)('on the %s medium: out of step, the newer votes stay', async (name) => {
    const { rig, vault, world } = await afterVotes(1);
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    rig.media[name].load(old.media[name]);
    const booted = rig.boot();
    expect(must(await booted.recover()).epoch).toBe(2);
    expect(booted.inStep()).toEqual(MEDIA.filter((each) => each !== name));
    must(await booted.clean());
    must(await booted.synchronise());
    await checkAtRest(rig, booted, world, [1, 2]);
  });

  test('the removable medium with its cell, both old: out of step all the same', async () => {
    const { rig, vault, world } = await afterVotes(1);
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    rig.media.removable.load(old.media.removable);
    rig.cells.module.load(old.cells.module);
    const booted = rig.boot();
    expect(must(await booted.recover()).epoch).toBe(2);
    expect(booted.inStep()).toEqual(['fixed']);
    must(await booted.clean());
    must(await booted.synchronise());
    await checkAtRest(rig, booted, world, [1, 2]);
  });

  test('on both media: the cells no longer hold its key', async () => {
    const { rig, vault, world } = await afterVotes(1);
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    for (const name of MEDIA) rig.media[name].load(old.media[name]);
    expect(await rig.boot().recover()).toMatchObject({ ok: false, error: { kind: 'tampered' } });
  });

  test('on both media and in the module’s cell: the board’s cell has gone on, and tells', async () => {
    const { rig, vault, world } = await afterVotes(1);
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    for (const name of MEDIA) rig.media[name].load(old.media[name]);
    rig.cells.module.load(old.cells.module);
    expect(await rig.boot().recover()).toMatchObject({
      ok: false,
      error: { kind: 'tampered', detail: expect.stringContaining('board cell has gone on') },
    });
  });

  test('the module alone, old, at another board whose cell never saw this election: goes on', async () => {
    const { rig, vault, world } = await afterVotes(1);
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    rig.load(old);
    rig.media.fixed.replaceByFresh();
    rig.cells.board.replaceByFresh();
    const booted = rig.boot();
    expect(must(await booted.recover()).epoch).toBe(1);
    expect(booted.inStep()).toEqual(['removable']);
  });

  test('an old polls record does not reopen the polls while the other medium knows better', async () => {
    const { rig, vault } = await afterVotes(1);
    must(await vault.setPolls('open'));
    const old = rig.image();
    must(await vault.setPolls('closed'));
    const files = rig.media.fixed.files();
    files.set('vault/polls', old.media.fixed.get('vault/polls')!);
    rig.media.fixed.load(files);
    const booted = rig.boot();
    must(await booted.recover());
    expect(booted.polls()).toBe('closed');
    expect(rig.media.fixed.files().get('vault/polls')).toEqual(
      rig.media.removable.files().get('vault/polls'),
    );
  });
});

describe('media of other machines', () => {
  test('signed by a machine nobody named: does not verify; with its identity it does', async () => {
    const { rig } = await afterVotes(1);
    const stranger = makeEd25519KeyPair(makeSeededEntropy(5, 'stranger'));
    const unit = { ...rig.board(), identity: stranger };
    expect(await openVault(unit).recover()).toMatchObject({ error: { kind: 'tampered' } });
    const named = openVault({ ...unit, formerIdentities: [rig.identity.publicKey] });
    expect(must(await named.recover()).epoch).toBe(1);
  });

  test('another precinct: its module is refused and left as it is', async () => {
    const { rig, vault } = await afterVotes(1);
    const elsewhere = makeRig({ seed: 99 });
    const other = {
      ...elsewhere.board(),
      election: { id: 'test-2026', precinctId: '999', test: true },
    };
    must(
      await setUpVault(other, {
        publicKey: elsewhere.precinct.publicKey,
        slots: 3,
        ballotBytes: 24,
        paperBytes: 40,
        codes: ['A', 'B'],
        commitments: new Uint8Array(0),
      }),
    );
    rig.pull('removable');
    must(await vault.clean());
    rig.media.removable.load(elsewhere.media.removable.files());
    rig.cells.module.load(elsewhere.cells.module.image());
    rig.putBack('removable');
    const before = rig.media.removable.files();
    expect(await vault.synchronise()).toMatchObject({ error: { kind: 'foreign' } });
    expect(rig.media.removable.files()).toEqual(before);
  });

  test('the module was continued on a spare unit: its newer votes are not written over', async () => {
    const { rig, vault, world } = await afterVotes(1);
    const spare = makeRig({ seed: 77 });
    spare.media.removable.load(rig.media.removable.files());
    spare.cells.module.load(rig.cells.module.image());
    const there = openVault({ ...spare.board(), formerIdentities: [rig.identity.publicKey] });
    must(await there.recover());
    must(await there.clean());
    must(await there.synchronise());
    await castVote(spare, there, world, makeVisit(2));
    rig.pull('removable');
    must(await vault.clean());
    rig.media.removable.load(spare.media.removable.files());
    rig.cells.module.load(spare.cells.module.image());
    rig.putBack('removable');
    expect(await vault.synchronise()).toMatchObject({ error: { kind: 'foreign' } });
  });
});

describe('setting up', () => {
  const ceremony = (rig: Rig) => ({
    publicKey: rig.precinct.publicKey,
    slots: 3,
    ballotBytes: 24,
    paperBytes: 40,
    codes: ['A', 'B'],
    commitments: new Uint8Array(0),
  });

  test('where a vault is: refused', async () => {
    const { rig } = await afterVotes(1);
    const before = rig.image();
    expect(await setUpVault(rig.board(), ceremony(rig))).toMatchObject({
      error: { kind: 'notEmpty' },
    });
    expect(rig.image()).toEqual(before);
  });

  test('nothing set up: empty', async () => {
    expect(await makeRig({ seed: 3 }).boot().recover()).toMatchObject({ error: { kind: 'empty' } });
  });

  test('a real election does not open on a cell that keeps old content; a test election does', async () => {
    const rig = makeRig({ seed: 3 });
    const { cells } = rig.board();
    const standIn = { ...cells.board, overwritesInPlace: false };
    const real = {
      ...rig.board(),
      cells: { ...cells, board: standIn },
      election: { id: 'real', precinctId: '1', test: false },
    };
    expect(await setUpVault(real, ceremony(rig))).toMatchObject({
      error: { kind: 'cellNotTrusted' },
    });
    expect(await openVault(real).recover()).toMatchObject({ error: { kind: 'cellNotTrusted' } });
    const trial = { ...real, election: { ...real.election, test: true } };
    expect(await setUpVault(trial, ceremony(rig))).toEqual({ ok: true, value: undefined });
    expect((await openVault(trial).recover()).ok).toBe(true);
  });

  test('no room for two urns: full', async () => {
    const rig = makeRig({ seed: 3 });
    rig.media.removable.behave({ kind: 'full' });
    expect(await setUpVault(rig.board(), ceremony(rig))).toMatchObject({
      error: { kind: 'full', medium: 'removable' },
    });
  });

  test('when the paper codes run out, no vote passes the commit point', async () => {
    const rig = makeRig({ seed: 4 });
    must(await setUpVault(rig.board(), ceremony(rig)));
    const vault = rig.boot();
    must(await vault.recover());
    const world = makeWorld();
    await castVote(rig, vault, world, makeVisit(1));
    await castVote(rig, vault, world, makeVisit(2));
    must(await vault.activate());
    const third = await vault.prepare({ ballot: new Uint8Array(24), paper: new Uint8Array(0) });
    expect(third).toMatchObject({ ok: false, error: { kind: 'noCodes' } });
    must(await vault.discard());
    expect(vault.journal()).toMatchObject({ phase: 'IDLE', epoch: 2 });
  });
});

describe('calls out of order are bugs', () => {
  test.each(['prepare', 'spoil', 'markPartial', 'commit', 'settleBeforeRecover'] as const)(
    '%s',
    async (call) => {
      const { vault, rig } = await afterVotes(1);
      const vote = { ballot: new Uint8Array(24), paper: new Uint8Array(0) };
      const wrong = {
        prepare: () => vault.prepare(vote),
        spoil: () => vault.spoil(),
        markPartial: () => vault.markPartial(),
        commit: () => vault.commit(),
        settleBeforeRecover: () => rig.boot().settle(),
      } as const;
      await expect(wrong[call]()).rejects.toThrow(/out of order|before/);
    },
  );
});
