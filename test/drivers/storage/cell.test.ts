/** One contract, two cells: the nvmem driver over a file, and the emulated FRAM. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CELL_BYTES, makeFileCell, makeFramCell } from '#drivers/storage/cell-nvmem.ts';
import { makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import { forEveryChoice, keepOld } from '#drivers/storage/emulator-disk.ts';
import { CELL_SLOT_BYTES, type SecureCell } from '#hal/secure-cell.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'urna-cells-'));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

const OFFSET = 16;
const fileAt = (name: string, length = OFFSET + CELL_BYTES): string => {
  const path = join(SCRATCH, name);
  writeFileSync(path, new Uint8Array(length));
  return path;
};
const of = (value: number): Uint8Array => new Uint8Array(CELL_SLOT_BYTES).fill(value);

const CELLS = {
  'the nvmem driver on a file': (): SecureCell =>
    makeFileCell({ name: 'board', path: fileAt('contract'), offset: OFFSET }),
  'the emulated cell': (): SecureCell => makeEmulatedCell({ name: 'board' }).connect(),
} as const satisfies Record<string, () => SecureCell>;

describe.each(Object.entries(CELLS))('%s', (_, make) => {
  test('holds three slots apart, and erases to zeros', async () => {
    const cell = make();
    expect(cell.present()).toBe(true);
    const slots = [0, 1, 'oneTime'] as const;
    for (const [index, slot] of slots.entries()) {
      expect(await cell.read(slot)).toEqual({ ok: true, value: of(0) });
      expect(await cell.write(slot, of(index + 1))).toEqual({ ok: true, value: undefined });
    }
    for (const [index, slot] of slots.entries())
      expect(await cell.read(slot)).toEqual({ ok: true, value: of(index + 1) });
    await cell.erase(1);
    expect(await cell.read(0)).toEqual({ ok: true, value: of(1) });
    expect(await cell.read(1)).toEqual({ ok: true, value: of(0) });
    expect(await cell.read('oneTime')).toEqual({ ok: true, value: of(3) });
  });

  test('takes whole slots only', () => {
    expect(() => make().write(0, new Uint8Array(63))).toThrow('63');
  });
});

describe('the nvmem driver', () => {
  test('writes in place at its offset and touches nothing before', async () => {
    const path = fileAt('offset');
    await makeFileCell({ name: 'module', path, offset: OFFSET }).write('oneTime', of(7));
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(OFFSET + CELL_BYTES);
    expect(bytes.subarray(0, OFFSET + 2 * CELL_SLOT_BYTES).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(OFFSET + 2 * CELL_SLOT_BYTES).every((byte) => byte === 7)).toBe(true);
  });

  test('a missing part is absent, a short one unreadable', async () => {
    const missing = makeFileCell({ name: 'board', path: join(SCRATCH, 'none'), offset: 0 });
    expect(missing.present()).toBe(false);
    expect(await missing.read(0)).toMatchObject({ error: { device: 'cell', kind: 'absent' } });
    const short = makeFileCell({ name: 'board', path: fileAt('short', 10), offset: 0 });
    expect(await short.read(1)).toMatchObject({ error: { kind: 'unreadable' } });
  });

  test('only a file of the kernel may claim to overwrite in place', () => {
    const path = fileAt('plain');
    expect(() => makeFramCell({ name: 'board', path, offset: 0 })).toThrow('not an nvmem file');
    expect(makeFileCell({ name: 'board', path, offset: 0 }).overwritesInPlace).toBe(false);
    const eeprom = '/sys/bus/i2c/devices/1-0050/eeprom';
    expect(makeFramCell({ name: 'board', path: eeprom, offset: 0 }).overwritesInPlace).toBe(true);
  });
});

describe('the emulated cell', () => {
  test('a write that does not stick is found out', async () => {
    const emulated = makeEmulatedCell({ name: 'module' });
    const cell = emulated.connect();
    await cell.write(0, of(1));
    emulated.behave({ kind: 'stuckWrite' });
    expect(await cell.write(0, of(2))).toMatchObject({ error: { kind: 'broken' } });
    expect(await cell.read(0)).toEqual({ ok: true, value: of(1) });
  });

  test('pulled: absent', async () => {
    const emulated = makeEmulatedCell({ name: 'module' });
    const cell = emulated.connect();
    emulated.pull();
    expect(await cell.read(0)).toMatchObject({ error: { kind: 'absent' } });
    expect(await cell.write(0, of(1))).toMatchObject({ error: { kind: 'absent' } });
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
