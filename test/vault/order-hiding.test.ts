/** Who knows the order of voters and opens every ballot must not find that order in the urn. */
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { randomPermutation } from '#firmware/vault/permutation.ts';
import { castVote, makeRig, makeVisit, makeWorld, must } from './rig.ts';

/** Pearson's correlation of place and voter's number. */
const correlation = (pairs: readonly (readonly [number, number])[]): number => {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const sum = (f: (x: number, y: number) => number) =>
    pairs.reduce((total, [x, y]) => total + f(x - mx, y - my), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
};

describe('order', () => {
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

  test('over many votes the places of ballots do not follow the order of voters', async () => {
    const [voters, rounds] = [24, 12];
    const pairs: (readonly [number, number])[] = [];
    const first: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const rig = makeRig({ seed: 500 + round, slots: voters + 6, codes: voters });
      await rig.setUp();
      const vault = rig.boot();
      must(await vault.recover());
      const world = makeWorld();
      for (let voter = 1; voter <= voters; voter++)
        await castVote(rig, vault, world, makeVisit(voter));
      must(await vault.setPolls('closed'));
      const places = must(await vault.sealedBallots()).map((each) => rig.open(each)![0]!);
      expect([...places].sort((a, b) => a - b)).toEqual(
        Array.from({ length: voters }, (_, index) => index + 1),
      );
      for (const [place, voter] of places.entries()) pairs.push([place, voter]);
      first.push(places.indexOf(1), places.indexOf(voters));
    }
    // Standard deviation of r without any connection: 1 / sqrt(n - 1) = 0.059. Five of them: never.
    expect(Math.abs(correlation(pairs))).toBeLessThan(0.2);
    // The first and the last voter lie anywhere.
    expect(new Set(first).size).toBeGreaterThan(rounds / 2);
    // The control: an urn that only appended would be found out by the same figure.
    const appended = pairs.map(([, voter]) => [voter - 1, voter] as const);
    expect(correlation(appended)).toBeGreaterThan(0.99);
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
