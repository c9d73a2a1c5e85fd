/** What every result store must do (scripts/store/result-store.ts), whatever it is made of. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '#firmware/vault/digest.ts';
import type { ReceivedPackage, ResultStore, StoredPackage } from '#scripts/store/result-store.ts';

export type StorePlace = {
  /** The same store for each call: another receiver at it. */
  readonly open: () => Promise<ResultStore>;
  readonly remove: () => Promise<void>;
};

const utf8 = new TextEncoder();
const packageOf = (precinct: string, text: string): ReceivedPackage => ({
  precinct,
  bytes: utf8.encode(text),
  signature: new Uint8Array(64).fill(text.length),
});
const A = '010000001.01';
const B = '010000001.02';

const all = async (store: ResultStore): Promise<readonly StoredPackage[]> => {
  const found: StoredPackage[] = [];
  for await (const each of store.packages()) found.push(each);
  return found;
};

export const describeResultStore = (name: string, make: () => Promise<StorePlace>): void => {
  describe(`a result store: ${name}`, () => {
    const places: StorePlace[] = [];
    const opened: ResultStore[] = [];
    const begin = async () => {
      const place = await make();
      places.push(place);
      return async (): Promise<ResultStore> => {
        const store = await place.open();
        opened.push(store);
        return store;
      };
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      for (const place of places.splice(0)) await place.remove();
    });

    test('is empty at first', async () => {
      const store = await (await begin())();
      expect(await all(store)).toEqual([]);
      expect(await store.of(A)).toEqual([]);
      expect(await store.counts()).toEqual({ precincts: 0, conflicts: 0, bytes: 0 });
      expect(await store.packagesOfEach()).toEqual(new Map());
    });

    test("keeps a precinct's first, knows it again, and keeps another beside it", async () => {
      const store = await (await begin())();
      const [first, other] = [packageOf(A, 'uno'), packageOf(A, 'otro')];
      expect(await store.put(first)).toBe('kept');
      expect(await store.put(first)).toBe('same');
      expect(await store.put(other)).toBe('different');
      expect(await store.put(other)).toBe('same');
      expect(await store.put(first)).toBe('same');
      expect(await store.put(packageOf(B, 'uno'))).toBe('kept');
      expect(await store.of(A)).toEqual([
        { ...first, digest: sha256Hex(first.bytes), first: true },
        { ...other, digest: sha256Hex(other.bytes), first: false },
      ]);
      expect(await store.counts()).toEqual({ precincts: 2, conflicts: 1, bytes: 10 });
      expect(await store.packagesOfEach()).toEqual(
        new Map([
          [A, 2],
          [B, 1],
        ]),
      );
    });

    test('gives every package back, to the last byte, in the order of precinct and digest', async () => {
      const store = await (await begin())();
      const every = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) & 0xff);
      const given = [
        { ...packageOf(B, ''), bytes: every },
        packageOf(B, 'x'),
        packageOf(A, 'y'),
        packageOf(A, ''),
      ];
      for (const each of given) await store.put(each);
      const found = await all(store);
      const keys = found.map(({ precinct, digest }) => `${precinct} ${digest}`);
      expect(keys).toEqual([...keys].sort());
      expect(found.length).toBe(4);
      for (const { precinct, bytes, signature } of given) {
        const digest = sha256Hex(bytes);
        const back = found.find((each) => each.precinct === precinct && each.digest === digest);
        expect(Buffer.compare(back?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
        expect(back?.signature).toEqual(signature);
      }
    });

    test('says what it takes on disk: more with each package, and never less than their bytes', async () => {
      const store = await (await begin())();
      const before = await store.bytesOnDisk();
      // Bytes that no compression makes smaller.
      const bytes = new Uint8Array(randomBytes(1024 * 1024));
      await store.put({ ...packageOf(A, ''), bytes });
      expect(await store.bytesOnDisk()).toBeGreaterThanOrEqual(before + bytes.length);
    });

    test('is the same store for whoever opens it, now and later', async () => {
      const open = await begin();
      const [one, two] = [await open(), await open()];
      expect(await one.put(packageOf(A, 'uno'))).toBe('kept');
      expect(await two.put(packageOf(A, 'uno'))).toBe('same');
      expect(await two.put(packageOf(A, 'dos'))).toBe('different');
      await one.close();
      await two.close();
      const later = await open();
      expect((await later.of(A)).map(({ first }) => first)).toEqual([true, false]);
    });

    test('keeps exactly one of many that come at once, from several receivers', async () => {
      const open = await begin();
      const stores = [await open(), await open(), await open()];
      const puts = Array.from({ length: 30 }, (_, at) =>
        stores[at % 3]!.put(packageOf(A, `paquete ${at % 10}`)),
      );
      const told = await Promise.all(puts);
      const times = (kind: string): number => told.filter((each) => each === kind).length;
      expect([times('kept'), times('different'), times('same')]).toEqual([1, 9, 20]);
      expect((await stores[0]!.of(A)).filter(({ first }) => first).length).toBe(1);
    });

    test('is read while it is written', async () => {
      const store = await (await begin())();
      for (const at of [1, 2, 3]) await store.put(packageOf(`01000000${at}.01`, 'uno'));
      const seen: string[] = [];
      for await (const { precinct } of store.packages()) {
        seen.push(precinct);
        await store.put(packageOf(precinct.replace('.01', '.02'), 'dos'));
        if (seen.length === 6) break;
      }
      expect(seen).toEqual([1, 2, 3].flatMap((at) => [`01000000${at}.01`, `01000000${at}.02`]));
    });

    test.each<[string, ReceivedPackage]>([
      ['a precinct that is none', packageOf('../../etc', 'x')],
      ['a package larger than any', { ...packageOf(A, ''), bytes: new Uint8Array(5 * 1024 ** 2) }],
      ['half a signature', { ...packageOf(A, 'x'), signature: new Uint8Array(32) }],
    ])('refuses %s, and keeps nothing', async (_, wrong) => {
      const store = await (await begin())();
      await expect(store.put(wrong)).rejects.toThrow();
      expect(await store.counts()).toMatchObject({ precincts: 0 });
    });

    test('closes, also again, and takes nothing then', async () => {
      const store = await (await begin())();
      await store.put(packageOf(A, 'uno'));
      await store.close();
      await store.close();
      await expect(store.put(packageOf(B, 'dos'))).rejects.toThrow();
    });
  });
};
