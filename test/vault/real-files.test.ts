/** The same vault on folders of a real file system, as bench and unit use it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
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

test('a few votes, a module pulled and put back, a restart, the count', async () => {
  const rig = makeRig({ seed: 31 });
  const clock = makeVirtualClock(0);
  const entropy = makeSeededEntropy(31, 'files');
  const identity = makeEd25519KeyPair(entropy);
  const folder = (name: string): string => join(SCRATCH, name);
  for (const name of ['fixed', 'removable', 'cells']) mkdirSync(folder(name));
  for (const name of ['board', 'module'])
    writeFileSync(join(folder('cells'), name), new Uint8Array(CELL_BYTES));
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
