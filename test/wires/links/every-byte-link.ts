/** What every link of bytes to a real thing owes (hal/byte-link.ts), whatever carries it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { eventually } from '../devices/rig.ts';

export type ByteLinkRig = {
  readonly link: ByteLink;
  /** The other side: what it got so far, and how it sends. */
  readonly received: () => Uint8Array;
  readonly send: (bytes: Uint8Array) => Promise<unknown>;
  readonly unplug: () => void;
  readonly plug: () => void;
  /** Ends the other side, after the link was closed. */
  readonly end: () => void | Promise<void>;
};

/** hal: usable again within 2 s of the device's return. */
const RETURN_LIMIT_MS = 2_000;
const LARGE_BYTES = 200_000;
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, value) => value);

const absent = { ok: false, error: { device: 'link', kind: 'absent' } };

const gather = (link: ByteLink) => {
  const chunks: Uint8Array[] = [];
  const stop = link.onBytes((chunk) => chunks.push(chunk));
  return { bytes: () => new Uint8Array(Buffer.concat(chunks)), stop };
};

export const describeEveryByteLink = (title: string, makeRig: () => Promise<ByteLinkRig>): void => {
  describe(title, () => {
    let rig: ByteLinkRig;
    beforeEach(async () => {
      rig = await makeRig();
      await eventually('the link', () => (rig.link.present() ? true : null), RETURN_LIMIT_MS);
    });
    afterEach(async () => {
      rig.link.close();
      await rig.end();
    });

    test('carries every byte value both ways', async () => {
      const heard = gather(rig.link);
      expect(await rig.link.write(ALL_BYTES)).toEqual({ ok: true });
      await eventually('bytes there', () => (rig.received().length >= 256 ? true : null));
      expect(rig.received()).toEqual(ALL_BYTES);
      await rig.send(ALL_BYTES);
      await eventually('bytes here', () => (heard.bytes().length >= 256 ? true : null));
      expect(heard.bytes()).toEqual(ALL_BYTES);
    });

    test('keeps the order of many writes that nobody waited for', async () => {
      const writes = Array.from({ length: 200 }, (_, at) =>
        rig.link.write(Uint8Array.of(at, 0xff - at, at)),
      );
      expect(await Promise.all(writes)).toEqual(writes.map(() => ({ ok: true })));
      await eventually('all', () => (rig.received().length >= 600 ? true : null));
      const expected = Array.from({ length: 200 }, (_, at) => [at, 0xff - at, at]).flat();
      expect([...rig.received()]).toEqual(expected);
    });

    test('carries what is larger than any buffer on the way, unharmed', async () => {
      const large = makeSeededEntropy(7, title).bytes(LARGE_BYTES);
      const heard = gather(rig.link);
      const both = Promise.all([rig.link.write(large), rig.send(large)]);
      const arrived = () => [rig.received().length, heard.bytes().length];
      await eventually(
        () => `all of it; ${arrived().join(' and ')} bytes`,
        () => (arrived().every((count) => count >= LARGE_BYTES) ? true : null),
        30_000,
      );
      expect((await both)[0]).toEqual({ ok: true });
      expect(Buffer.compare(rig.received(), large)).toBe(0);
      expect(Buffer.compare(heard.bytes(), large)).toBe(0);
    });

    test('does not keep the bytes it was given, its caller may reuse them', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      const writing = rig.link.write(bytes);
      bytes.fill(9);
      await writing;
      await eventually('three bytes', () => (rig.received().length >= 3 ? true : null));
      expect([...rig.received()]).toEqual([1, 2, 3]);
    });

    test('tells once that it went away, and works again within 2 s of its return, each time', async () => {
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      const heard = gather(rig.link);
      for (let round = 1; round <= 3; round++) {
        rig.unplug();
        await eventually('gone', () => (rig.link.present() ? null : true), RETURN_LIMIT_MS);
        expect(await rig.link.write(ALL_BYTES)).toMatchObject(absent);
        rig.plug();
        const backMs = performance.now();
        await eventually('back', () => (rig.link.present() ? true : null), RETURN_LIMIT_MS);
        const before = [rig.received().length, heard.bytes().length] as const;
        expect(await rig.link.write(Uint8Array.of(round))).toEqual({ ok: true });
        await eventually('there', () => (rig.received().length > before[0] ? true : null));
        await rig.send(Uint8Array.of(round));
        await eventually('here', () => (heard.bytes().length > before[1] ? true : null));
        expect(performance.now() - backMs).toBeLessThan(RETURN_LIMIT_MS);
        // Nothing of a write that was refused, nothing twice.
        expect([...rig.received().subarray(before[0])]).toEqual([round]);
        expect([...heard.bytes().subarray(before[1])]).toEqual([round]);
      }
      expect(told).toEqual([false, true, false, true, false, true]);
    });

    test('answers a write that is under way when it goes away', async () => {
      const writes = Array.from({ length: 50 }, () => rig.link.write(new Uint8Array(20_000)));
      rig.unplug();
      const results = await Promise.all(writes);
      expect(results.at(-1)).toMatchObject(absent);
      expect(results.every((result) => result.ok || result.error.kind === 'absent')).toBe(true);
    });

    test('once closed it is absent for good, hears nothing, and closing again does no harm', async () => {
      const heard = gather(rig.link);
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      const underWay = rig.link.write(new Uint8Array(LARGE_BYTES));
      rig.link.close();
      rig.link.close();
      expect((await underWay).ok).toBe(false);
      expect(rig.link.present()).toBe(false);
      expect(await rig.link.write(ALL_BYTES)).toMatchObject(absent);
      await rig.send(ALL_BYTES).catch(() => undefined);
      expect(heard.bytes().length).toBe(0);
      expect(told).toEqual([]);
    });

    test('a listener that stopped hears no more, the others do', async () => {
      const [first, second] = [gather(rig.link), gather(rig.link)];
      await rig.send(Uint8Array.of(1));
      await eventually('both', () =>
        first.bytes().length + second.bytes().length === 2 ? true : null,
      );
      first.stop();
      await rig.send(Uint8Array.of(2));
      await eventually('the second', () => (second.bytes().length === 2 ? true : null));
      expect([...first.bytes()]).toEqual([1]);
    });
  });
};
