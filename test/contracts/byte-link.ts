/** The contract of hal/byte-link.ts, sentence by sentence, for every link there is. */
import { describe, expect, test } from 'vitest';
import { type ByteLink, LINK_RETURN_MS } from '#hal/byte-link.ts';

/** A link that is present, its other side, and the cable between them. */
export type ByteLinkRig = {
  readonly link: ByteLink;
  /** Sends from the other side. */
  readonly reply: (bytes: Uint8Array) => void;
  /** All that the other side heard so far. */
  readonly heard: () => readonly number[];
  readonly unplug: () => void;
  readonly plug: () => void;
  /** Lets time pass until it is so; throws after `limitMs` on the rig's clock. */
  readonly until: (holds: () => boolean, limitMs: number) => Promise<void>;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
  readonly close: () => Promise<void> | void;
};

const ARRIVAL_MS = 5_000;
const pattern = (length: number, from = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index * 7) & 0xff);
const absent = { ok: false, error: { device: 'link', kind: 'absent' } };

export const describeByteLink = (
  title: string,
  make: () => Promise<ByteLinkRig> | ByteLinkRig,
): void => {
  const withRig = (name: string, body: (rig: ByteLinkRig) => Promise<void>): void => {
    test(name, async () => {
      const rig = await make();
      try {
        await body(rig);
      } finally {
        rig.link.close();
        await rig.close();
      }
    });
  };
  const listenTo = (rig: ByteLinkRig): number[] => {
    const got: number[] = [];
    rig.link.onBytes((chunk) => got.push(...chunk));
    return got;
  };

  describe(`${title}: a byte link`, () => {
    withRig('carries every byte value, in order, both ways at once', async (rig) => {
      const got = listenTo(rig);
      const there = pattern(2_000);
      const back = pattern(2_000, 100);
      rig.reply(back);
      expect(await rig.end(rig.link.write(there))).toEqual({ ok: true, value: undefined });
      await rig.until(() => got.length >= 2_000 && rig.heard().length >= 2_000, ARRIVAL_MS);
      expect(got).toEqual([...back]);
      expect(rig.heard()).toEqual([...there]);
    });

    withRig('keeps the order of writes, each as it was at the call', async (rig) => {
      const pieces = [pattern(300), pattern(1), pattern(50, 9), pattern(700, 3)];
      const expected = pieces.flatMap((piece) => [...piece]);
      const writes = pieces.map((piece) => {
        const written = rig.link.write(piece);
        piece.fill(0);
        return written;
      });
      expect((await rig.end(Promise.all(writes))).every(({ ok }) => ok)).toBe(true);
      await rig.until(() => rig.heard().length >= expected.length, ARRIVAL_MS);
      expect(rig.heard()).toEqual(expected);
    });

    withRig('tells each listener, until it stops', async (rig) => {
      const first = listenTo(rig);
      const second: number[] = [];
      const stop = rig.link.onBytes((chunk) => second.push(...chunk));
      rig.reply(pattern(10));
      await rig.until(() => first.length >= 10 && second.length >= 10, ARRIVAL_MS);
      stop();
      rig.reply(pattern(10));
      await rig.until(() => first.length >= 20, ARRIVAL_MS);
      expect(second).toEqual([...pattern(10)]);
    });

    withRig('unplugged: told, absent, and every write ends', async (rig) => {
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      expect(rig.link.present()).toBe(true);
      rig.unplug();
      await rig.until(() => told.length > 0, ARRIVAL_MS);
      expect(told).toEqual([false]);
      expect(rig.link.present()).toBe(false);
      expect(await rig.end(rig.link.write(pattern(1)))).toMatchObject(absent);
    });

    withRig('plugged in again: there within 2 s, and works without a restart', async (rig) => {
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      const got = listenTo(rig);
      for (const turn of [1, 2]) {
        rig.unplug();
        await rig.until(() => told.length === 2 * turn - 1, ARRIVAL_MS);
        rig.plug();
        await rig.until(() => rig.link.present(), LINK_RETURN_MS);
        expect(told.slice(-2)).toEqual([false, true]);
        const before = { got: got.length, heard: rig.heard().length };
        expect(await rig.end(rig.link.write(pattern(20, turn)))).toMatchObject({ ok: true });
        await rig.until(() => rig.heard().length >= before.heard + 20, ARRIVAL_MS);
        rig.reply(pattern(30, turn));
        await rig.until(() => got.length >= before.got + 30, ARRIVAL_MS);
        expect(got.slice(before.got)).toEqual([...pattern(30, turn)]);
        expect(rig.heard().slice(before.heard)).toEqual([...pattern(20, turn)]);
      }
    });

    withRig(
      'unplugged in the middle of a write: it ends, and nothing of it comes later',
      async (rig) => {
        const write = rig.link.write(pattern(60_000));
        rig.unplug();
        const result = await rig.end(write);
        // What the wire took before the plug was out may have been all of it.
        if (!result.ok) expect(result).toMatchObject(absent);
        await rig.until(() => !rig.link.present(), ARRIVAL_MS);
        rig.plug();
        await rig.until(() => rig.link.present(), LINK_RETURN_MS);
        const before = rig.heard().length;
        await rig.end(rig.link.write(Uint8Array.of(0xa5)));
        await rig.until(() => rig.heard().length > before, ARRIVAL_MS);
        expect(rig.heard().slice(before)).toEqual([0xa5]);
      },
    );

    withRig('closed: absent, silent, and closing again does no harm', async (rig) => {
      const got = listenTo(rig);
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      rig.link.close();
      rig.link.close();
      expect(rig.link.present()).toBe(false);
      expect(await rig.end(rig.link.write(pattern(1)))).toMatchObject(absent);
      rig.reply(pattern(10));
      rig.unplug();
      await rig.pass(300);
      expect([got, told]).toEqual([[], []]);
    });
  });
};
