/** One contract, every cell: the nvmem driver over a file, and the emulated FRAM with and without a clock. */
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CELL_BYTES, makeFileCell, makeFramCell } from '#drivers/storage/cell-nvmem.ts';
import { makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import { forEveryChoice, keepOld } from '#drivers/storage/emulator-disk.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { CELL_SLOT_BYTES } from '#hal/secure-cell.ts';
import { type CellRig, describeSecureCell } from '#test/contracts/secure-cell.ts';
import { endFifo, makeFifo, makeRigClock, makeScratch, until } from './folder-rig.ts';

const freshFolder = makeScratch('cells');
const OFFSET = 16;
const clock = makeVirtualClock(0);
const fileAt = (name: string, length = OFFSET + CELL_BYTES): string => {
  const path = join(freshFolder(), name);
  writeFileSync(path, new Uint8Array(length));
  return path;
};
const of = (value: number): Uint8Array => new Uint8Array(CELL_SLOT_BYTES).fill(value);

const fileRig = (): CellRig => {
  const path = fileAt('cell');
  const rig = makeRigClock();
  const cell = makeFileCell({ name: 'board', path, offset: OFFSET, clock: rig.clock });
  const fifo = `${path}-fifo`;
  return {
    cell,
    end: (operation) => operation,
    endByLimit: rig.endByLimit,
    nowMs: rig.clock.nowMs,
    pull: () => renameSync(path, `${path}-away`),
    putBack: () => renameSync(`${path}-away`, path),
    hang: () => {
      renameSync(path, `${path}-away`);
      makeFifo(fifo);
      symlinkSync(fifo, path);
    },
    answer: async () => {
      endFifo(fifo);
      rmSync(path);
      renameSync(`${path}-away`, path);
      await until(async () => (await cell.read(1)).ok);
    },
    // Takes every write, and reads as zeros.
    stick: () => {
      rmSync(path);
      symlinkSync('/dev/zero', path);
    },
  };
};

const emulatedRig = (withClock: boolean) => (): CellRig => {
  const rig = makeRigClock();
  const emulated = makeEmulatedCell({
    name: 'board',
    ...(withClock ? { clock: rig.clock } : {}),
  });
  return {
    cell: emulated.connect(),
    end: (operation) => rig.clock.run(operation),
    endByLimit: rig.endByLimit,
    nowMs: rig.clock.nowMs,
    pull: emulated.pull,
    putBack: emulated.putBack,
    hang: withClock ? () => emulated.behave({ kind: 'hung' }) : null,
    answer: async () => emulated.behave(null),
    stick: () => emulated.behave({ kind: 'stuckWrite' }),
  };
};

describeSecureCell('the nvmem driver on a file', fileRig);
describeSecureCell('the emulated cell at its pace', emulatedRig(true));
describeSecureCell('the emulated cell without a clock', emulatedRig(false));

describe('the nvmem driver', () => {
  test('writes in place at its offset and touches nothing before', async () => {
    const path = fileAt('offset');
    await makeFileCell({ name: 'module', path, offset: OFFSET, clock }).write('oneTime', of(7));
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(OFFSET + CELL_BYTES);
    expect(bytes.subarray(0, OFFSET + 2 * CELL_SLOT_BYTES).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(OFFSET + 2 * CELL_SLOT_BYTES).every((byte) => byte === 7)).toBe(true);
  });

  test('a missing part is absent, a short one unreadable, a full one broken', async () => {
    const path = join(freshFolder(), 'none');
    const missing = makeFileCell({ name: 'board', path, offset: 0, clock });
    expect(missing.present()).toBe(false);
    expect(await missing.read(0)).toMatchObject({ error: { device: 'cell', kind: 'absent' } });
    const short = makeFileCell({ name: 'board', path: fileAt('short', 10), offset: 0, clock });
    expect(await short.read(1)).toMatchObject({ error: { kind: 'unreadable' } });
    // Every write to /dev/full is answered with ENOSPC.
    const full = makeFileCell({ name: 'board', path: '/dev/full', offset: 0, clock });
    expect(await full.write(0, of(1))).toMatchObject({ error: { kind: 'broken' } });
  });

  test('only a file of the kernel may claim to overwrite in place', () => {
    const path = fileAt('plain');
    const options = { name: 'board', offset: 0, clock } as const;
    expect(() => makeFramCell({ ...options, path })).toThrow('not an nvmem file');
    expect(makeFileCell({ ...options, path }).overwritesInPlace).toBe(false);
    const eeprom = '/sys/bus/i2c/devices/1-0050/eeprom';
    expect(makeFramCell({ ...options, path: eeprom }).overwritesInPlace).toBe(true);
  });
});

describe('the emulated cell', () => {
  test('pulled in the middle of a write and straight back: absent, and it holds what it held', async () => {
    const emulated = makeEmulatedCell({ name: 'module', clock });
    const cell = emulated.connect();
    const write = cell.write(0, of(1));
    clock.after(1, () => {
      emulated.pull();
      emulated.putBack();
    });
    expect(await clock.run(write)).toMatchObject({ error: { kind: 'absent' } });
    expect(await clock.run(cell.read(0))).toEqual({ ok: true, value: of(0) });
  });

  test('a cut in the middle of a write leaves old, new, or new bytes before old ones', async () => {
    const seen = new Set<string>();
    const all: Promise<void>[] = [];
    forEveryChoice(1000, (choice) => {
      const emulated = makeEmulatedCell({
        name: 'board',
        afterOperation: ({ kind }) => {
          if (kind === 'write') emulated.cutPower(choice);
        },
      });
      void emulated.connect().write(1, of(9));
      all.push(
        Promise.resolve().then(() => {
          const left = emulated.image().get(1)!;
          const edge = left.indexOf(0);
          expect(left.subarray(edge < 0 ? 64 : edge).every((byte) => byte === 0)).toBe(true);
          seen.add(String(edge));
        }),
      );
    });
    await Promise.all(all);
    expect(seen.size).toBe(65);
  });

  test('a cut between writes changes nothing', async () => {
    const emulated = makeEmulatedCell({ name: 'board' });
    await emulated.connect().write(0, of(5));
    emulated.cutPower(keepOld);
    expect(await emulated.connect().read(0)).toEqual({ ok: true, value: of(5) });
  });
});
