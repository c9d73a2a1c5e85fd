/** The same vault on folders of a real file system, as bench and unit use it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CELL_BYTES, makeFileCell } from '#drivers/storage/cell-nvmem.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import {
  BALLOT_BYTES,
  castVote,
  ELECTION,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  PAPER_BYTES,
} from './rig.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'urna-vault-'));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

/** What a folder tells without being opened: names, inode numbers, times of change. */
const metadataOf = (folder: string) =>
  readdirSync(join(folder, 'vault'))
    .sort()
    .map((name) => {
      const { ino, mtimeMs } = statSync(join(folder, 'vault', name));
      return { name, ino, mtimeMs };
    });

/** A vault with one unit's media and cells as folders and files below `name`. */
const makePremises = async (name: string) => {
  const rig = makeRig({ seed: 31 });
  const clock = makeVirtualClock(0);
  const entropy = makeSeededEntropy(31, 'files');
  const identity = makeEd25519KeyPair(entropy);
  const root = join(SCRATCH, name);
  const folder = (name: string): string => join(root, name);
  for (const each of ['fixed', 'removable', 'cells']) mkdirSync(folder(each), { recursive: true });
  for (const each of ['board', 'module'])
    writeFileSync(join(folder('cells'), each), new Uint8Array(CELL_BYTES));
  const medium = (name: 'fixed' | 'removable') =>
    makeMediumFiles({ name, root: folder(name), budgetBytes: 4_000_000, clock });
  const cell = (name: 'board' | 'module') =>
    makeFileCell({ name, path: join(folder('cells'), name), offset: 0, clock });
  const board = (): VaultBoard => ({
    media: { fixed: medium('fixed'), removable: medium('removable') },
    cells: { board: cell('board'), module: cell('module') },
    entropy,
    identity,
    election: ELECTION,
  });
  must(
    await setUpVault(board(), {
      publicKey: rig.precinct.publicKey,
      slots: 6,
      ballotBytes: BALLOT_BYTES,
      paperBytes: PAPER_BYTES,
      codes: rig.codes,
      commitments: new Uint8Array(0),
    }),
  );
  return { rig, board, folder };
};

test('a few votes, a module pulled and put back, a restart, the count', async () => {
  const { rig, board, folder } = await makePremises('few');
  const vault = openVault(board());
  must(await vault.recover());
  const world = makeWorld();
  await castVote(rig, vault, world, makeVisit(1, 1));
  renameSync(folder('removable'), folder('pulled'));
  await castVote(rig, vault, world, { ...makeVisit(2), prepared: true });
  expect(vault.inStep()).toEqual(['fixed']);
  renameSync(folder('pulled'), folder('removable'));
  must(await vault.synchronise());
  await castVote(rig, vault, world, makeVisit(3, 0, 1));
  vault.close();

  const again = openVault(board());
  expect(must(await again.recover())).toMatchObject({ epoch: 2, reprints: 1, spoils: 1 });
  must(await again.setPolls('closed'));
  const voters = must(await again.sealedBallots()).map((each) => rig.open(each)![0]);
  expect(voters.sort()).toEqual([1, 3]);
  for (const name of ['fixed', 'removable']) {
    const names = readdirSync(join(folder(name), 'vault')).sort();
    expect(names.filter((each) => each.startsWith('urn-')).length).toBe(1);
    expect(names).toContain('journal-a');
    expect(existsSync(join(folder(name), 'vault', 'pending'))).toBe(false);
  }
  again.close();
});

test('names, inode numbers and times are as many after one vote as after five, and tell of the last one alone', async () => {
  const { rig, board, folder } = await makePremises('metadata');
  const vault = openVault(board());
  must(await vault.recover());
  const world = makeWorld();
  const seen: (readonly { readonly name: string; readonly mtimeMs: number }[])[] = [];
  for (const voter of [3, 1, 5, 2, 4]) {
    await castVote(rig, vault, world, makeVisit(voter));
    seen.push(metadataOf(folder('fixed')));
  }
  vault.close();
  const kinds = seen.map((files) => files.map(({ name }) => name.replace(/^urn-[ab]$/, 'urn')));
  expect(new Set(kinds.map(String)).size).toBe(1);
  expect(kinds[0]).toEqual(['journal-a', 'journal-b', 'polls', 'setup', 'urn']);
  // Of what a vote changes nothing keeps its time beyond the next one.
  const timesAfter = (vote: number): readonly number[] =>
    seen[vote]!.filter(({ name }) => !['setup', 'polls'].includes(name)).map(
      ({ mtimeMs }) => mtimeMs,
    );
  for (const vote of [1, 2, 3, 4])
    expect(Math.min(...timesAfter(vote))).toBeGreaterThanOrEqual(Math.max(...timesAfter(vote - 1)));
});
