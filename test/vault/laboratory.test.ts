/**
 * A laboratory has every byte that was ever written to the media, the precinct's private key, the
 * order of the voters, and the cells as they are in the end. With cells that overwrite in place it
 * finds no order; with a file standing in for a cell, whose old content flash keeps, it finds all of
 * it. The second is the control: the same attack, and the reason a real election refuses stand-ins.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { AEAD_KEY_BYTES } from '#firmware/vault/aead.ts';
import { decodeKeySlot, type EpochKey } from '#firmware/vault/cells.ts';
import { openUrn, sealedBallotsOf, type UrnShape } from '#firmware/vault/urn.ts';
import type { Entropy } from '#hal/entropy.ts';
import {
  BALLOT_BYTES,
  ballotOf,
  castVote,
  ELECTION,
  makeRig,
  makeVisit,
  makeWorld,
  must,
  type Rig,
} from './rig.ts';

const VOTERS = 8;
const ORDER = [5, 2, 8, 1, 7, 3, 6, 4];

let rig: Rig;

const holdDay = async (tamper?: (entropy: Entropy) => Entropy): Promise<Rig> => {
  const chance = tamper === undefined ? {} : { tamper };
  const held = makeRig({ seed: 900, slots: VOTERS + 2, codes: 20, ...chance });
  await held.setUp();
  const vault = held.boot();
  must(await vault.recover());
  const world = makeWorld();
  for (const voter of ORDER)
    await castVote(held, vault, world, makeVisit(voter, 0, voter === 3 ? 1 : 0));
  return held;
};

beforeAll(async () => {
  rig = await holdDay();
});

/** Every urn under the key of the one before: nothing is out of reach that was ever written. */
const notRekeyed = (entropy: Entropy): Entropy => ({
  bytes: (count) =>
    count === AEAD_KEY_BYTES ? new Uint8Array(count).fill(7) : entropy.bytes(count),
});

const shape = (rig: Rig): UrnShape => ({
  slots: rig.slots,
  ballotBytes: BALLOT_BYTES,
  codes: rig.codes.length,
  codeCharacters: rig.codes[0]!.length,
});

/** Opens every urn ever written with the keys at hand; from one urn to the next one ballot is new. */
const attack = (rig: Rig, keys: readonly EpochKey[]): readonly number[] => {
  const context = {
    electionId: ELECTION.id,
    precinctId: ELECTION.precinctId,
    trusted: [rig.identity.publicKey],
  };
  const known = new Set<string>();
  const order: number[] = [];
  for (const { where, bytes } of rig.written.filter(({ where }) =>
    where.includes('fixed/vault/urn-'),
  )) {
    expect(where).toMatch(/urn-[ab]$/);
    for (const key of keys) {
      const body = openUrn(context, shape(rig), key, bytes);
      if (body === null) continue;
      const fresh = sealedBallotsOf(shape(rig), body).filter((sealed) => !known.has(sealed.join()));
      for (const sealed of fresh) known.add(sealed.join());
      if (fresh.length === 1) order.push(rig.open(fresh[0]!)![0]!);
      else if (fresh.length > 1) order.push(-fresh.length);
    }
  }
  return order;
};

const keysIn = (slots: readonly Uint8Array[]): readonly EpochKey[] =>
  slots.map((bytes) => decodeKeySlot('outer', bytes)).filter((key) => key !== null);

describe('a laboratory with everything that was ever written', () => {
  test('finds one urn that opens: all votes at once, in no order', () => {
    const left = [rig.cells.board, rig.cells.module].flatMap((cell) => [...cell.image().values()]);
    expect(attack(rig, keysIn(left).slice(0, 1))).toEqual([-VOTERS]);
  });

  test('control: with the history of a file in place of the cell it finds the whole order', () => {
    const history = rig.written.filter(({ where }) => where.startsWith('board/'));
    expect(attack(rig, keysIn(history.map(({ bytes }) => bytes)))).toEqual(ORDER);
  });

  test('control: without a new key for each urn the one that is left opens them all', async () => {
    const bare = await holdDay(notRekeyed);
    const [left] = keysIn([...bare.cells.board.image().values()]);
    const sameKey = ORDER.map((_, index) => ({ epoch: index + 1, key: left!.key }));
    expect(attack(bare, sameKey)).toEqual(ORDER);
  });

  test('sees no ballot, no key and no paper code on any medium', () => {
    const media = Buffer.concat(
      rig.written.filter(({ where }) => where.includes('/vault/')).map(({ bytes }) => bytes),
    );
    const secrets = [
      ...ORDER.flatMap((voter) => [ballotOf(voter), ballotOf(voter, 1)]),
      ...rig.codes.map((code) => new TextEncoder().encode(code)),
      ...rig.written
        .filter(({ where }) => /^(board|module)/.test(where))
        .map(({ bytes }) => bytes.subarray(8, 40)),
      rig.precinct.privateKey,
    ].filter((secret) => secret.some((byte) => byte !== 0));
    expect(secrets.length).toBeGreaterThan(40);
    expect(secrets.filter((secret) => media.includes(Buffer.from(secret)))).toEqual([]);
  });

  test('no ballot keeps its place: over the urns of the day a slot does not tell who comes next', () => {
    const history = rig.written.filter(({ where }) => where.startsWith('board/'));
    const keys = keysIn(history.map(({ bytes }) => bytes));
    const context = {
      electionId: ELECTION.id,
      precinctId: ELECTION.precinctId,
      trusted: [rig.identity.publicKey],
    };
    const places = new Map<string, Set<number>>();
    for (const { bytes } of rig.written.filter(({ where }) => where.includes('fixed/vault/urn-')))
      for (const key of keys) {
        const body = openUrn(context, shape(rig), key, bytes);
        const ballots = body === null ? [] : sealedBallotsOf(shape(rig), body);
        for (const [place, sealed] of ballots.entries())
          places.set(sealed.join(), (places.get(sealed.join()) ?? new Set()).add(place));
      }
    const first = [...places.values()].slice(0, VOTERS / 2);
    expect(first.every((seen) => seen.size > 1)).toBe(true);
  });

  test('every pending record and every urn of the day has one length', () => {
    const lengths = (part: string) =>
      new Set(
        rig.written.filter(({ where }) => where.includes(part)).map(({ bytes }) => bytes.length),
      );
    expect(lengths('/pending').size).toBe(1);
    expect(lengths('/urn-').size).toBe(1);
  });
});
