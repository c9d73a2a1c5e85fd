/** The contract of hal/officer-token.ts, sentence by sentence, for every slot there is. */
import { describe, expect, test } from 'vitest';
import {
  type OfficerTokenSlot,
  TOKEN_LIMIT_MS,
  TOKEN_NOTICE_MS,
  TOKEN_RECORD_BYTES,
} from '#hal/officer-token.ts';

/** An empty slot, two blank tokens, and what a test can do. */
export type TokenRig = {
  readonly slot: OfficerTokenSlot;
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
  readonly endByLimit: <T>(operation: Promise<T>) => Promise<T>;
  /** Time on the rig's clock, in which the slot may look. */
  readonly pass: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly insert: (token: 'first' | 'second') => void;
  readonly remove: () => void;
  /** Reads of the token that is in hang. */
  readonly hang: () => Promise<void> | void;
  readonly answer: () => Promise<void>;
};

const DONE = { ok: true, value: undefined };
const BLANK = { ok: true, value: null };
const absent = { ok: false, error: { device: 'token', kind: 'absent' } };
const record = (value: number, length = 600): Uint8Array => new Uint8Array(length).fill(value);

export const describeOfficerToken = (
  title: string,
  make: () => Promise<TokenRig> | TokenRig,
): void => {
  describe(`${title}: a slot for officers' tokens`, () => {
    test('reads a blank token as null, keeps a record, replaces it', async () => {
      const { slot, end, insert } = await make();
      insert('first');
      expect(await end(slot.read())).toEqual(BLANK);
      for (const next of [record(1), record(2, 20), record(3, TOKEN_RECORD_BYTES)]) {
        expect(await end(slot.write(next))).toEqual(DONE);
        expect(await end(slot.read())).toEqual({ ok: true, value: next });
      }
    });

    test('without a token every call says absent', async () => {
      const { slot, end } = await make();
      expect(slot.present()).toBe(false);
      expect(await end(slot.read())).toMatchObject(absent);
      expect(await end(slot.write(record(1)))).toMatchObject(absent);
    });

    test('each token keeps its own record, in and out of the slot', async () => {
      const { slot, end, insert, remove } = await make();
      for (const [token, value] of [
        ['first', 1],
        ['second', 2],
      ] as const) {
        insert(token);
        expect(await end(slot.read())).toEqual(BLANK);
        await end(slot.write(record(value)));
        remove();
      }
      insert('first');
      expect(await end(slot.read())).toEqual({ ok: true, value: record(1) });
    });

    test('tells that a token came and went, in time, until nobody listens', async () => {
      const { slot, pass, insert, remove } = await make();
      const heard: boolean[] = [];
      const stop = slot.onPresence((present) => heard.push(present));
      insert('first');
      await pass(TOKEN_NOTICE_MS);
      expect([slot.present(), heard]).toEqual([true, [true]]);
      remove();
      await pass(TOKEN_NOTICE_MS);
      expect([slot.present(), heard]).toEqual([false, [true, false]]);
      stop();
      insert('first');
      await pass(TOKEN_NOTICE_MS);
      expect([slot.present(), heard]).toEqual([true, [true, false]]);
    });

    test('is never busy: calls are worked off in the order they were made', async () => {
      const { slot, end, insert } = await make();
      insert('first');
      const given = record(1);
      const calls = [slot.write(given), slot.read(), slot.write(record(2)), slot.read()] as const;
      // Taken as it was at the call.
      given.fill(9);
      expect(await end(Promise.all(calls))).toEqual([
        DONE,
        { ok: true, value: record(1) },
        DONE,
        { ok: true, value: record(2) },
      ]);
    });

    test('a record longer than a token holds is full, and the old one stays', async () => {
      const { slot, end, insert } = await make();
      insert('first');
      await end(slot.write(record(1)));
      expect(await end(slot.write(record(2, TOKEN_RECORD_BYTES + 1)))).toMatchObject({
        error: { kind: 'full' },
      });
      expect(await end(slot.read())).toEqual({ ok: true, value: record(1) });
    });

    test('swapped during a call: absent, never the one token for the other', async () => {
      const { slot, endByLimit, end, insert, remove, hang, answer } = await make();
      insert('first');
      await end(slot.write(record(1)));
      await hang();
      const read = slot.read();
      remove();
      insert('second');
      const first = await endByLimit(read);
      expect(first).toMatchObject({ ok: false });
      await answer();
      expect(await end(slot.read())).toEqual(BLANK);
    });

    test('hangs: timeout within the limit; once it answers the next call works', async () => {
      const { slot, end, endByLimit, insert, hang, answer, nowMs } = await make();
      insert('first');
      await end(slot.write(record(1)));
      await hang();
      const began = nowMs();
      expect(await endByLimit(slot.read())).toMatchObject({ error: { kind: 'timeout' } });
      expect(nowMs() - began).toBeLessThan(2 * TOKEN_LIMIT_MS);
      await answer();
      expect(await end(slot.write(record(2)))).toEqual(DONE);
      expect(await end(slot.read())).toEqual({ ok: true, value: record(2) });
    });
  });
};
