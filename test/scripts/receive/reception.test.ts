import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { isReceiptFor, openReceipt } from '#firmware/transmission/receipt.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { openAnomalyBook } from '#scripts/receive/anomalies.ts';
import { RECEIVER_LIMITS } from '#scripts/receive/limits.ts';
import { receiverPage } from '#scripts/receive/page.ts';
import { receiverState } from '#scripts/receive/receiver-state.ts';
import { makeReception, type ReceptionOptions } from '#scripts/receive/reception.ts';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import type { ResultStore } from '#scripts/store/result-store.ts';
import { COUNTRY, OFFER, PACKAGES } from '../../nation/country.ts';

const ROOTS: string[] = [];
const OPEN: ResultStore[] = [];
afterEach(async () => {
  for (const store of OPEN.splice(0)) await store.close();
  for (const root of ROOTS.splice(0)) rmSync(root, { recursive: true, force: true });
});

const RECEIVER = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver'));
const NATION = {
  offer: OFFER,
  register: COUNTRY.register,
  authorityKey: COUNTRY.authority.publicKey,
};
const { precincts } = COUNTRY.register;
const idOf = (at: number): string => precincts[at]!.id;
const MEMORY = { origin: 'memory', precinct: null };

const begin = (root = mkdtempSync(join(tmpdir(), 'urna-receive-'))) => {
  ROOTS.push(root);
  const open = async (more: Partial<ReceptionOptions> = {}) => {
    const store = openEmbeddedStore(join(root, 'results.sqlite'));
    OPEN.push(store);
    const anomalies = openAnomalyBook(join(root, 'anomalies.jsonl'), makeVirtualClock(0));
    const reception = makeReception({
      nation: NATION,
      store,
      receiverKey: RECEIVER.privateKey,
      anomalies,
      bytesOnDisk: async () => 1000,
      ...more,
    });
    return { store, anomalies, reception };
  };
  return { root, open };
};

/** A sound package of the same precinct with other papers in its envelope. */
const otherOf = (at: number, reprints = 5) =>
  COUNTRY.signAs(at, { ...COUNTRY.resultOf(at), reprints });

describe('a receiving centre', () => {
  test('keeps a package, and only then gives a receipt of exactly these bytes', async () => {
    const { reception, store } = await begin().open();
    const taken = await reception.take(PACKAGES[0]!, { origin: 'a', precinct: idOf(0) });
    if (taken.kind !== 'acknowledged') throw new Error(taken.detail);
    const receipt = openReceipt(taken.receipt, RECEIVER.publicKey)!;
    const sent = { election: OFFER.id, precinct: idOf(0), bytes: PACKAGES[0]!.bytes };
    expect(isReceiptFor(receipt, sent)).toBe(true);
    expect((await store.of(idOf(0)))[0]?.bytes).toEqual(PACKAGES[0]!.bytes);
    expect((await reception.progress()).received).toBe(1);
  });

  test('gives the same receipt for the same package, also after a restart', async () => {
    const place = begin();
    const first = await (await place.open()).reception.take(PACKAGES[0]!, MEMORY);
    const { reception } = await place.open();
    expect((await reception.progress()).received).toBe(1);
    const again = await reception.take(PACKAGES[0]!, MEMORY);
    expect(again).toEqual({ ...first, again: true });
    expect(reception.repeated()).toBe(1);
  });

  test('has an alarm for a second package of a precinct, keeps both and overwrites none', async () => {
    const place = begin();
    const { reception, store, anomalies } = await place.open();
    const first = await reception.take(PACKAGES[0]!, MEMORY);
    const second = await reception.take(otherOf(0), MEMORY);
    expect(second).toMatchObject({ kind: 'notTaken', code: 'conflict', precinct: idOf(0) });
    expect(await reception.take(otherOf(0), MEMORY)).toMatchObject({ code: 'conflict' });
    expect(await reception.take(PACKAGES[0]!, MEMORY)).toMatchObject({
      receipt: 'receipt' in first && first.receipt,
    });
    expect((await store.of(idOf(0))).map(({ first: is }) => is)).toEqual([true, false]);
    expect(anomalies.counts()).toEqual({ conflict: 2 });
    expect(readFileSync(join(place.root, 'anomalies.jsonl'), 'utf8').split('\n').length).toBe(3);
    const later = await (await place.open()).reception.progress();
    expect([later.received, later.conflicts]).toEqual([1, 1]);
    expect(later.conflicting).toEqual([idOf(0)]);
  });

  test('counts what another process put into the same store', async () => {
    const place = begin();
    const [one, other] = [await place.open(), await place.open()];
    await other.reception.take(PACKAGES[3]!, MEMORY);
    expect((await one.reception.progress()).received).toBe(1);
  });

  test('keeps a few of the packages that a machine signs against its own, and no more', async () => {
    const { reception, store } = await begin().open();
    const most = RECEIVER_LIMITS.packagesOfOnePrecinct;
    for (let reprints = 0; reprints < most + 5; reprints++)
      await reception.take(otherOf(0, reprints), MEMORY);
    expect((await store.of(idOf(0))).length).toBe(most);
    expect(await reception.take(otherOf(0, 0), MEMORY)).toMatchObject({ kind: 'acknowledged' });
  });

  test.each<[string, string, Parameters<typeof COUNTRY.signBytesAs>[1] | null]>([
    ['of no package at all', 'malformed', new TextEncoder().encode('{}')],
    ['signed by another machine', 'wrongSignature', null],
  ])('takes nothing %s', async (_, code, bytes) => {
    const { reception, store, anomalies } = await begin().open();
    const given =
      bytes === null
        ? { ...PACKAGES[0]!, signature: PACKAGES[1]!.signature }
        : COUNTRY.signBytesAs(0, bytes);
    expect(await reception.take(given, MEMORY)).toMatchObject({ kind: 'notTaken', code });
    expect((await store.counts()).precincts).toBe(0);
    expect(anomalies.latest()[0]).toMatchObject({ code, origin: 'memory' });
  });

  test('takes no package from a machine of another precinct', async () => {
    const { reception, store } = await begin().open();
    const taken = await reception.take(PACKAGES[0]!, { origin: 'a', precinct: idOf(1) });
    expect(taken).toMatchObject({ kind: 'notTaken', code: 'otherMachine' });
    expect((await store.counts()).precincts).toBe(0);
  });

  test('keeps its storage budget: says that it is full, and still knows what it has', async () => {
    const place = begin();
    await (await place.open()).reception.take(PACKAGES[0]!, MEMORY);
    const { reception, store } = await place.open({ budget: 1000 });
    expect(await reception.take(PACKAGES[1]!, MEMORY)).toMatchObject({ code: 'storageFull' });
    expect(await reception.take(PACKAGES[0]!, MEMORY)).toMatchObject({ kind: 'acknowledged' });
    expect((await store.counts()).precincts).toBe(1);
    expect(await reception.storage()).toEqual({ bytes: 1000, budget: 1000 });
  });

  test('gives no receipt when the store fails', async () => {
    const { reception, store } = await begin().open();
    await store.close();
    await expect(reception.take(PACKAGES[0]!, MEMORY)).rejects.toThrow();
  });

  test('shows what has come by state, and what somebody else wrote as text alone', async () => {
    const { reception, anomalies } = await begin().open();
    await reception.take(PACKAGES[0]!, MEMORY);
    await reception.take(otherOf(0), MEMORY);
    anomalies.note({ code: 'http', precinct: null, detail: '<script>x</script>', origin: '"&' });
    const server = { sockets: () => 2, bytesInFlight: () => 0 };
    const state = await receiverState(OFFER, reception, anomalies, server);
    expect(state.states.map(({ name, precincts: all, received }) => [name, all, received])).toEqual(
      [
        ['Norte', 8, 1],
        ['Sur', 4, 0],
      ],
    );
    for (const locale of ['es', 'en'] as const) {
      const page = receiverPage(state, locale);
      expect(page).not.toContain('<script');
      expect(page.slice(page.indexOf('role="alert"')).split('</p>')[0]).toContain(idOf(0));
      expect(page).not.toMatch(/(?:src|href)=|url\(/);
    }
  });
});

test('anomalies are counted and shown where no disk takes them, and the page says so', () => {
  const { root } = begin();
  const book = openAnomalyBook(join(root, 'no folder', 'anomalies.jsonl'), makeVirtualClock(0));
  book.note({ code: 'http', precinct: null, detail: 'x'.repeat(9999), origin: 'a' });
  expect(book.full()).toBe(true);
  expect(book.counts()).toEqual({ http: 1 });
  expect(book.latest()[0]?.detail.length).toBe(300);
});

test('anomalies of an earlier receiver are shown, also when it was killed in the middle of a line', () => {
  const { root } = begin();
  const file = join(root, 'anomalies.jsonl');
  const note = { code: 'http', precinct: null, detail: 'd', origin: 'a' };
  openAnomalyBook(file, makeVirtualClock(0)).note({ ...note, origin: 'first' });
  appendFileSync(file, '{"at":"1970-01-01T00:0');
  const next = openAnomalyBook(file, makeVirtualClock(0));
  expect(next.latest().map(({ origin }) => origin)).toEqual(['first']);
  expect(next.counts()).toEqual({});
  next.note({ ...note, origin: 'second' });
  next.note({ ...note, origin: 'third' });
  const last = openAnomalyBook(file, makeVirtualClock(0));
  expect(last.latest().map(({ origin }) => origin)).toEqual(['third', 'second', 'first']);
});
