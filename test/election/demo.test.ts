import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodePollbook, encodePollbook } from '#firmware/desk/pollbook.ts';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { definitionText, makeDemoElection } from '#scripts/elections/demo.ts';
import {
  DEMO_PATH,
  loadDefinition,
  loadOwnDefinition,
  SMALL_PATH,
} from '#scripts/elections/load.ts';
import { makePollbook, makeVoters } from '#scripts/elections/pollbook.ts';

const templateOf = (fingerSeed: string): Uint8Array => new TextEncoder().encode(fingerSeed);

describe('the demo election', () => {
  const demo = loadOwnDefinition(DEMO_PATH);

  test('is what its generator writes, under 300 KB', () => {
    const text = definitionText(makeDemoElection());
    expect(readFileSync(DEMO_PATH, 'utf8')).toBe(text);
    expect(text.length).toBeLessThan(300_000);
  });

  test('has 107 cards, its eleven lists first, and contests of 1, 2 and 1 positions', () => {
    expect(demo.cards).toHaveLength(107);
    expect(demo.contests.map((contest) => [contest.kind, contest.votes])).toEqual([
      ['list', 1],
      ['nominal', 2],
      ['indigenous', 1],
    ]);
    expect(demo.alliances.map((alliance) => alliance.name)).toEqual([
      'Gran Polo Patriótico',
      'Alianza Democrática',
    ]);
    expect(new Set(demo.organisations.map((each) => each.shortName)).size).toBe(107);
    const ballot = resolveBallot(demo, 'completa');
    expect(ballot.cards).toHaveLength(107);
    expect(ballot.contests.every((each) => each.options.length >= each.contest.votes)).toBe(true);
  });

  test('any seed gives an election that is accepted', () => {
    for (const seed of [1, 2, 3, 'x'])
      expect(checkDefinition(makeDemoElection(seed))).toMatchObject({ ok: true });
  });
});

describe('invented voters', () => {
  const small = loadOwnDefinition(SMALL_PATH);

  test('are the same for the same seed and others for another', () => {
    const names = (seed: number) =>
      makeVoters(small, 50, seed, templateOf).map((voter) => voter.nationalId);
    expect(names(1)).toEqual(names(1));
    expect(names(1)).not.toEqual(names(2));
  });

  test('a few have no stored print, very few no upper limbs', () => {
    const voters = makeVoters(small, 2000, 7, templateOf);
    expect(new Set(voters.map((voter) => voter.nationalId)).size).toBe(2000);
    const without = voters.filter((voter) => voter.template === null).length;
    const noLimbs = voters.filter((voter) => !voter.hasUpperLimbs).length;
    expect(without).toBeGreaterThan(15);
    expect(without).toBeLessThan(70);
    expect(noLimbs).toBeGreaterThan(0);
    expect(noLimbs).toBeLessThan(20);
    expect(voters.every((voter) => voter.hasUpperLimbs || voter.template === null)).toBe(true);
  });

  test('fill a pollbook that encodes, with codes that differ', () => {
    const { pollbook, codes } = makePollbook(small, 100, 7, templateOf);
    expect(decodePollbook(encodePollbook(pollbook))).toEqual({ ok: true, value: pollbook });
    const all = [...codes.authorisation, ...codes.support];
    expect(new Set(all).size).toBe(pollbook.codes.length);
    expect(all.every((digits) => /^\d{8}$/.test(digits))).toBe(true);
  });
});

describe('loading a definition', () => {
  test('a file that is not there or no JSON is an error, not an exception', () => {
    expect(loadDefinition('/nowhere/x.json')).toMatchObject({ ok: false, error: [{ path: '$' }] });
    expect(loadDefinition(new URL(import.meta.url).pathname)).toMatchObject({ ok: false });
  });
});
