/**
 * The TPM cell against swtpm, a TPM that nobody here wrote: the contract of cells, restarts, and the
 * vault on it: an old image of the media that is put back is caught, because the TPM has moved on.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeTpmCell, type TpmCell } from '#drivers/tpm/cell.ts';
import { decodeProperties, decodeResponse, getProperties } from '#drivers/tpm/codec.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import { CELL_SLOT_BYTES } from '#hal/secure-cell.ts';
import { describeSecureCell } from '#test/contracts/secure-cell.ts';
import {
  BALLOT_BYTES,
  castVote,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  PAPER_BYTES,
} from '#test/vault/rig.ts';
import { eventually, SWTPM, type Swtpm, startSwtpm } from './swtpm.ts';

const REASON = SWTPM === null ? ' (skipped: swtpm is not installed)' : '';
const EMPTY = new Uint8Array(0);
const AUTH = new TextEncoder().encode('urna');
const DONE = { ok: true, value: undefined };
const of = (value: number): Uint8Array => new Uint8Array(CELL_SLOT_BYTES).fill(value);

let indexes = 0x01500000;
const cellIn = (tpm: Swtpm, name: 'board' | 'module', index: number): TpmCell =>
  makeTpmCell({
    name,
    transport: tpm.transport,
    nv: { index, auth: AUTH },
    clock: systemClock,
    overwritesInPlace: false,
    ratedWrites: 100_000,
  });

const opened: Swtpm[] = [];
let shared: Swtpm | null = null;
afterAll(async () => {
  for (const tpm of opened) await tpm.close();
});
const tpmOf = async (): Promise<Swtpm> => {
  const tpm = await startSwtpm();
  opened.push(tpm);
  return tpm;
};

describe.skipIf(SWTPM === null)(`swtpm${REASON}`, () => {
  describeSecureCell('swtpm', async () => {
    shared ??= await tpmOf();
    const tpm = shared;
    const cell = cellIn(tpm, 'board', ++indexes);
    expect(await cell.provision(EMPTY)).toEqual(DONE);
    return {
      cell,
      end: (operation) => operation,
      endByLimit: (operation) => operation,
      nowMs: systemClock.nowMs,
      pull: tpm.stop,
      putBack: tpm.start,
      hang: tpm.hold,
      answer: async () => {
        tpm.release();
        await eventually(async () => (await cell.read(0)).ok);
      },
      stick: null,
    };
  });

  test('says who made it', async () => {
    const tpm = await tpmOf();
    const response = decodeResponse(await tpm.transport.exchange(getProperties(0x105, 1)));
    expect(response.ok && decodeProperties(response.value.parameters)?.has(0x105)).toBe(true);
  });

  test('keeps keys and count over a power cut', async () => {
    const tpm = await tpmOf();
    const cell = cellIn(tpm, 'board', 0x01510001);
    await cell.provision(EMPTY);
    for (const value of [1, 2, 3]) expect(await cell.write('oneTime', of(value))).toEqual(DONE);
    await tpm.stop();
    expect(await cell.read('oneTime')).toMatchObject({ error: { kind: 'absent' } });
    await tpm.start();
    expect(await cell.read('oneTime')).toEqual({ ok: true, value: of(3) });
    expect(await cell.wear()).toEqual({ ok: true, value: { writes: 4, rated: 100_000 } });
  });

  /** A vault whose board cell is in the TPM, and whose module's cell can be put back with the module. */
  const vaultBench = async (seed: number) => {
    const tpm = await tpmOf();
    const rig = makeRig({ seed });
    const boardCell = cellIn(tpm, 'board', 0x01520001);
    must(await boardCell.provision(EMPTY));
    const board = (): VaultBoard => {
      const made = rig.board();
      return { ...made, cells: { board: boardCell, module: made.cells.module } };
    };
    must(
      await setUpVault(board(), {
        publicKey: rig.precinct.publicKey,
        slots: 5,
        ballotBytes: BALLOT_BYTES,
        paperBytes: PAPER_BYTES,
        codes: rig.codes,
        commitments: EMPTY,
      }),
    );
    return { rig, board, boardCell };
  };

  test('a vault on it votes, is restarted, and counts its writes: four a vote', async () => {
    const { rig, board, boardCell } = await vaultBench(41);
    const world = makeWorld();
    const vault = openVault(board());
    must(await vault.recover());
    const writes = async (): Promise<number> => must(await boardCell.wear())?.writes ?? Number.NaN;
    const before = await writes();
    await castVote(rig, vault, world, makeVisit(1));
    await castVote(rig, vault, world, makeVisit(2));
    expect((await writes()) - before).toBe(8);
    vault.close();
    const again = openVault(board());
    expect(must(await again.recover())).toMatchObject({ epoch: 2 });
    await castVote(rig, again, world, makeVisit(3));
    must(await again.setPolls('closed'));
    const voters = must(await again.sealedBallots()).map((each) => rig.open(each)![0]);
    expect(voters.sort()).toEqual([1, 2, 3]);
    again.close();
  });

  test('old images of both media put back are caught: their keys are gone from the TPM', async () => {
    const { rig, board } = await vaultBench(42);
    const world = makeWorld();
    const vault = openVault(board());
    must(await vault.recover());
    await castVote(rig, vault, world, makeVisit(1));
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    vault.close();
    const now = rig.image();
    rig.load({ media: old.media, cells: now.cells });
    const rolledBack = await openVault(board()).recover();
    expect(rolledBack).toMatchObject({ ok: false, error: { kind: 'tampered' } });
    // The control: with what belongs to the TPM's state the same vault opens.
    rig.load(now);
    expect(must(await openVault(board()).recover())).toMatchObject({ epoch: 2 });
  });

  test('the module put back with its own old cell, and the medium of the board: caught by the TPM', async () => {
    const { rig, board } = await vaultBench(43);
    const world = makeWorld();
    const vault = openVault(board());
    must(await vault.recover());
    await castVote(rig, vault, world, makeVisit(1));
    const old = rig.image();
    await castVote(rig, vault, world, makeVisit(2));
    vault.close();
    rig.load(old);
    const rolledBack = await openVault(board()).recover();
    expect(rolledBack).toMatchObject({ ok: false, error: { kind: 'tampered' } });
  });
});
