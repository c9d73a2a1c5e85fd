/** The contract of hal/secure-cell.ts, sentence by sentence, for every cell there is. */
import { describe, expect, test } from 'vitest';
import { CELL_LIMIT_MS, CELL_SLOT_BYTES, type SecureCell } from '#hal/secure-cell.ts';

/** A blank cell and what a test can do to it; what is null this kind of cell can not show. */
export type CellRig = {
  readonly cell: SecureCell;
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
  /** As `end`, for what can end by its limit alone. */
  readonly endByLimit: <T>(operation: Promise<T>) => Promise<T>;
  readonly nowMs: () => number;
  readonly pull: (() => Promise<void> | void) | null;
  readonly putBack: (() => Promise<void> | void) | null;
  readonly hang: (() => Promise<void> | void) | null;
  readonly answer: (() => Promise<void>) | null;
  /** Writes are said to be made, and are not. */
  readonly stick: (() => void) | null;
};

const DONE = { ok: true, value: undefined };
const SLOTS = [0, 1, 'oneTime'] as const;
const of = (value: number): Uint8Array => new Uint8Array(CELL_SLOT_BYTES).fill(value);

export const describeSecureCell = (title: string, make: () => Promise<CellRig> | CellRig): void => {
  describe(`${title}: a secure cell`, () => {
    test('holds three slots apart, blank at first, and erases to zeros', async () => {
      const { cell, end } = await make();
      expect(cell.present()).toBe(true);
      for (const [index, slot] of SLOTS.entries()) {
        expect(await end(cell.read(slot))).toEqual({ ok: true, value: of(0) });
        expect(await end(cell.write(slot, of(index + 1)))).toEqual(DONE);
      }
      for (const [index, slot] of SLOTS.entries())
        expect(await end(cell.read(slot))).toEqual({ ok: true, value: of(index + 1) });
      expect(await end(cell.erase(1))).toEqual(DONE);
      expect(await end(cell.read(0))).toEqual({ ok: true, value: of(1) });
      expect(await end(cell.read(1))).toEqual({ ok: true, value: of(0) });
      expect(await end(cell.read('oneTime'))).toEqual({ ok: true, value: of(3) });
    });

    test.each([0, 63, 65])('%i bytes for a slot are a bug', async (length) => {
      const { cell } = await make();
      await expect(async () => cell.write(0, new Uint8Array(length))).rejects.toThrow(`${length}`);
    });

    test('is never busy: calls are worked off in the order they were made', async () => {
      const { cell, end } = await make();
      const results = await end(
        Promise.all([
          cell.write(0, of(1)),
          cell.read(0),
          cell.write(0, of(2)),
          cell.erase(1),
          cell.read(0),
          cell.write(1, of(3)),
          cell.read(1),
        ]),
      );
      const values = results.map((result) => (result.ok ? result.value : result.error));
      expect(values).toEqual([undefined, of(1), undefined, undefined, of(2), undefined, of(3)]);
    });

    test('takes what it is given as it was at the call; gives bytes that are the caller’s own', async () => {
      const { cell, end } = await make();
      const given = of(7);
      const written = cell.write('oneTime', given);
      given.fill(9);
      await end(written);
      const first = await end(cell.read('oneTime'));
      expect(first).toEqual({ ok: true, value: of(7) });
      if (first.ok) first.value.fill(9);
      expect(await end(cell.read('oneTime'))).toEqual({ ok: true, value: of(7) });
    });

    test('counts its writes one by one, or has no wear worth counting', async () => {
      const { cell, end } = await make();
      const before = await end(cell.wear());
      await end(cell.write(0, of(1)));
      await end(cell.erase(0));
      const after = await end(cell.wear());
      if (!before.ok || !after.ok) throw new Error('a cell that is there tells its wear');
      if (before.value === null) expect(after.value).toBeNull();
      else expect(after.value).toEqual({ ...before.value, writes: before.value.writes + 2 });
    });

    test('pulled: every call says absent; back: it holds what it held', async ({ skip }) => {
      const { cell, end, pull, putBack } = await make();
      if (pull === null || putBack === null) return skip('this cell can not be pulled');
      await end(cell.write(1, of(4)));
      await pull();
      expect(cell.present()).toBe(false);
      for (const call of [
        () => cell.read(1),
        () => cell.write(1, of(5)),
        () => cell.erase(1),
        () => cell.wear(),
      ])
        expect(await end<unknown>(call())).toMatchObject({
          error: { device: 'cell', kind: 'absent' },
        });
      await putBack();
      expect(cell.present()).toBe(true);
      expect(await end(cell.read(1))).toEqual({ ok: true, value: of(4) });
    });

    test('hangs: timeout within the limit; once it answers the next call works', async ({
      skip,
    }) => {
      const { cell, endByLimit, end, hang, answer, nowMs } = await make();
      if (hang === null || answer === null) return skip('this cell can not be made to hang');
      await hang();
      const began = nowMs();
      expect(await endByLimit(cell.read(0))).toMatchObject({ error: { kind: 'timeout' } });
      expect(nowMs() - began).toBeLessThan(2 * CELL_LIMIT_MS);
      await answer();
      expect(await end(cell.write(0, of(6)))).toEqual(DONE);
      expect(await end(cell.read(0))).toEqual({ ok: true, value: of(6) });
    });

    test('a write that does not stick is found out by reading back: broken', async ({ skip }) => {
      const { cell, end, stick } = await make();
      if (stick === null) return skip('this cell can not be made to lie');
      stick();
      expect(await end(cell.write(0, of(2)))).toMatchObject({ error: { kind: 'broken' } });
    });
  });
};
