/** The TPM cell on an emulated TPM: the contract of cells, and what only a TPM does. */
import { describe, expect, test } from 'vitest';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeTpmCell, type TpmCell } from '#drivers/tpm/cell.ts';
import { makeEmulatedTpm } from '#drivers/tpm/emulator.ts';
import { CELL_LIMIT_MS, CELL_SLOT_BYTES } from '#hal/secure-cell.ts';
import { describeSecureCell } from '#test/contracts/secure-cell.ts';
import { makeRigClock } from '../storage/folder-rig.ts';

const NV = { index: 0x01500001, auth: new TextEncoder().encode('cell') };
const EMPTY = new Uint8Array(0);
const of = (value: number): Uint8Array => new Uint8Array(CELL_SLOT_BYTES).fill(value);
const DONE = { ok: true, value: undefined };

const bench = (index = NV.index) => {
  const clock = makeVirtualClock(0);
  const tpm = makeEmulatedTpm(clock);
  const open = (): TpmCell =>
    makeTpmCell({
      name: 'board',
      transport: tpm.connect(),
      nv: { ...NV, index },
      clock,
      overwritesInPlace: false,
      ratedWrites: 100_000,
    });
  return { clock, tpm, open };
};

describeSecureCell('a TPM', async () => {
  const rig = makeRigClock();
  const tpm = makeEmulatedTpm(rig.clock);
  const cell = makeTpmCell({
    name: 'board',
    transport: tpm.connect(),
    nv: NV,
    clock: rig.clock,
    overwritesInPlace: false,
    ratedWrites: 100_000,
  });
  expect(await rig.clock.run(cell.provision(EMPTY))).toEqual(DONE);
  return {
    cell,
    end: (operation) => rig.clock.run(operation),
    endByLimit: rig.endByLimit,
    nowMs: rig.clock.nowMs,
    pull: tpm.pull,
    putBack: tpm.putBack,
    hang: () => tpm.behave({ kind: 'hung' }),
    answer: async () => {
      tpm.behave(null);
      await rig.pass(100);
    },
    stick: () => tpm.behave({ kind: 'worn' }),
  };
});

describe('a cell in a TPM', () => {
  test('is unreadable until it was provisioned; provisioning again keeps keys and count', async () => {
    const { clock, open } = bench();
    const cell = open();
    expect(await clock.run(cell.read(0))).toMatchObject({ error: { kind: 'unreadable' } });
    expect(await clock.run(cell.provision(EMPTY))).toEqual(DONE);
    await clock.run(cell.write(1, of(7)));
    expect(await clock.run(open().provision(EMPTY))).toEqual(DONE);
    expect(await clock.run(open().read(1))).toEqual({ ok: true, value: of(7) });
  });

  test('counts each write of the part, in the part, over restarts', async () => {
    const { clock, tpm, open } = bench();
    await clock.run(open().provision(EMPTY));
    for (let write = 0; write < 5; write++) await clock.run(open().write(0, of(write)));
    await clock.run(open().erase(0));
    expect(await clock.run(open().wear())).toEqual({
      ok: true,
      value: { writes: 7, rated: 100_000 },
    });
    expect(tpm.writes()).toBe(7);
  });

  test('is patient with a TPM that spares its memory, and gives up at the limit', async () => {
    const { clock, tpm, open } = bench();
    const cell = open();
    await clock.run(cell.provision(EMPTY));
    tpm.behave({ kind: 'patience', times: 30 });
    expect(await clock.run(cell.write(0, of(1)))).toEqual(DONE);
    tpm.behave({ kind: 'patience', times: 1_000_000 });
    const began = clock.nowMs();
    expect(await clock.run(cell.read(0))).toMatchObject({ error: { kind: 'timeout' } });
    expect(clock.nowMs() - began).toBeLessThanOrEqual(2 * CELL_LIMIT_MS);
  });

  test.each([
    ['failed', 'broken'],
    ['garbled', 'broken'],
  ] as const)('%s shows as %s', async (kind, shown) => {
    const { clock, tpm, open } = bench();
    const cell = open();
    await clock.run(cell.provision(EMPTY));
    tpm.behave({ kind });
    expect(await clock.run(cell.read(0))).toMatchObject({ error: { kind: shown } });
    expect(await clock.run(cell.write(0, of(1)))).toMatchObject({ error: { kind: shown } });
    tpm.behave(null);
    expect(await clock.run(cell.write(0, of(1)))).toEqual(DONE);
  });

  test('a TPM that was cleared has no keys left, and says so', async () => {
    const { clock, tpm, open } = bench();
    const cell = open();
    await clock.run(cell.provision(EMPTY));
    await clock.run(cell.write(0, of(1)));
    tpm.clear();
    expect(await clock.run(cell.read(0))).toMatchObject({ error: { kind: 'unreadable' } });
    expect(await clock.run(cell.write(0, of(2)))).toMatchObject({ error: { kind: 'unreadable' } });
  });

  test('another password opens nothing', async () => {
    const { clock, tpm, open } = bench();
    await clock.run(open().provision(EMPTY));
    const other = makeTpmCell({
      name: 'board',
      transport: tpm.connect(),
      nv: { ...NV, auth: new TextEncoder().encode('guess') },
      clock,
      overwritesInPlace: false,
      ratedWrites: 1,
    });
    expect(await clock.run(other.read(0))).toMatchObject({ error: { kind: 'broken' } });
  });
});
