/**
 * Who knows the order of the voters and opens every ballot must not find that order in the urn, by
 * anything that a ballot carries when the polls are closed. Each figure is checked by a control: the same
 * vault with its chance taken away is found out by the same test.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { randomPermutation } from '#firmware/vault/permutation.ts';
import type { Entropy } from '#hal/entropy.ts';
import { castVote, makeRig, makeVisit, makeWorld, must } from './rig.ts';

const VOTERS = 24;
const ROUNDS = 12;
const SLOTS = VOTERS + 6;
/** Votes looked at: 288. */
const N = VOTERS * ROUNDS;
/**
 * Bound of |r|: 4.5 standard deviations of r where nothing is connected, 1 / sqrt(N - 1) = 0.059; passed by
 * chance once in 150,000. Power, by Fisher's z: a connection of r = 0.45 is found out 999 times in 1,000
 * ((0.485 - 0.271) * sqrt(N - 3) = 3.6 deviations beyond the bound), one of 0.6 always.
 */
const BOUND = 4.5 / Math.sqrt(N - 1);

/** Pearson's correlation. */
const correlation = (pairs: readonly (readonly [number, number])[]): number => {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const sum = (f: (x: number, y: number) => number) =>
    pairs.reduce((total, [x, y]) => total + f(x - mx, y - my), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
};

/** One vote at the end of a day, as who has the private key sees it. */
type Seen = { readonly voter: number; readonly place: number; readonly sealed: Uint8Array };

const dayOf = async (round: number, tamper?: (entropy: Entropy) => Entropy) => {
  const chance = tamper === undefined ? {} : { tamper };
  const rig = makeRig({ seed: 500 + round, slots: SLOTS, codes: VOTERS, ...chance });
  await rig.setUp();
  const vault = rig.boot();
  must(await vault.recover());
  const world = makeWorld();
  for (let voter = 1; voter <= VOTERS; voter++) await castVote(rig, vault, world, makeVisit(voter));
  must(await vault.setPolls('closed'));
  return must(await vault.sealedBallots()).map(
    (sealed, place): Seen => ({ voter: rig.open(sealed)![0]!, place, sealed }),
  );
};

const word = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

/** What could follow the order. */
const ATTRIBUTES: Readonly<Record<string, (seen: Seen) => number>> = {
  place: ({ place }) => place,
  'encapsulated key': ({ sealed }) => word(sealed, 0),
  ciphertext: ({ sealed }) => word(sealed, 32),
  tag: ({ sealed }) => word(sealed, sealed.length - 4),
};

/**
 * How far apart two voters lie who came one after the other, as a share of what chance gives, (n + 1) / 3.
 * A buffer of five votes that is shuffled, as machines of 2005 had, gives 0.2.
 */
const neighbours = (days: readonly (readonly Seen[])[]): number => {
  const gaps = days.flatMap((day) => {
    const placeOf = new Map(day.map(({ voter, place }) => [voter, place]));
    return Array.from({ length: VOTERS - 1 }, (_, index) =>
      Math.abs((placeOf.get(index + 1) ?? 0) - (placeOf.get(index + 2) ?? 0)),
    );
  });
  return gaps.reduce((a, b) => a + b, 0) / gaps.length / ((VOTERS + 1) / 3);
};

/** The numbers of Fisher and Yates that leave everything where it is. */
const unshuffled = (entropy: Entropy): Entropy => ({
  bytes: (count) => {
    if (count !== 4 * (SLOTS - 1)) return entropy.bytes(count);
    const bytes = new Uint8Array(count);
    for (let draw = 0; draw < SLOTS - 1; draw++)
      new DataView(bytes.buffer).setUint32(4 * draw, SLOTS - 1 - draw);
    return bytes;
  },
});

describe('order', () => {
  const days: (readonly Seen[])[] = [];
  beforeAll(async () => {
    for (let round = 0; round < ROUNDS; round++) days.push(await dayOf(round));
  });

  test('a permutation is uniform: every thing is in every place equally often', () => {
    const entropy = makeSeededEntropy(1, 'uniform');
    const [size, runs] = [8, 16_000];
    const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    for (let run = 0; run < runs; run++)
      for (const [place, thing] of randomPermutation(size, entropy).entries())
        counts[place]![thing]!++;
    const expected = runs / size;
    const chiSquare = counts
      .flat()
      .reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // (size - 1)^2 = 49 degrees of freedom: 85.4 is exceeded once in a thousand.
    expect(chiSquare).toBeLessThan(85.4);
    expect(chiSquare).toBeGreaterThan(20);
  });

  test('every vote of every day is there, all of one length', () => {
    for (const day of days)
      expect(day.map(({ voter }) => voter).sort((a, b) => a - b)).toEqual(
        Array.from({ length: VOTERS }, (_, index) => index + 1),
      );
    expect(new Set(days.flat().map(({ sealed }) => sealed.length)).size).toBe(1);
  });

  test.each(Object.entries(ATTRIBUTES))('%s does not follow it', (_, attribute) => {
    const r = correlation(days.flat().map((seen) => [attribute(seen), seen.voter]));
    expect(Math.abs(r)).toBeLessThan(BOUND);
  });

  test('who came one after the other lies no nearer than others', () => {
    // 276 gaps of standard deviation 0.7 and less: 0.04 of the mean; five of these.
    expect(neighbours(days)).toBeGreaterThan(0.8);
    expect(neighbours(days)).toBeLessThan(1.2);
  });

  test('control: without the permutation the same figures tell the whole order', async () => {
    const bare = [await dayOf(0, unshuffled), await dayOf(1, unshuffled)];
    const r = correlation(bare.flat().map(({ place, voter }) => [place, voter]));
    expect(r).toBeGreaterThan(0.999);
    expect(neighbours(bare)).toBeLessThan(0.2);
  });

  test('files have one length whatever was voted, and nothing of them repeats from vote to vote', async () => {
    const rig = makeRig({ seed: 600, slots: 10 });
    await rig.setUp();
    const vault = rig.boot();
    must(await vault.recover());
    const world = makeWorld();
    const lengths = new Set<number>();
    let before = new Uint8Array(0);
    for (let voter = 1; voter <= 4; voter++) {
      await castVote(rig, vault, world, makeVisit(voter));
      const files = rig.media.fixed.files();
      const urn = files.get([...files.keys()].find((name) => name.includes('/urn-'))!)!;
      lengths.add(urn.length);
      // Beyond the clear header two urns agree only by chance: 1 byte of 256.
      const body = urn.subarray(160);
      const same = body.filter((byte, index) => byte === before[index + 160]).length;
      if (before.length > 0) expect(same / body.length).toBeLessThan(0.02);
      before = urn.slice();
    }
    expect(lengths.size).toBe(1);
  });
});
