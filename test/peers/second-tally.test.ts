/** The national tally against a second one in another language that shares nothing with it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import type { NationalElection, TieRule } from '#firmware/nation/offer.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';
import { aggregateFolder, openNationalFolder } from '#scripts/nation/national-folder.ts';
import { makeSyntheticCountry } from '#scripts/nation/synthetic-country.ts';
import { PACKAGES_FOLDER, writeCountry } from '#scripts/nation/write-country.ts';
import { COUNTRY, electionWith } from '#test/nation/country.ts';

const folder = mkdtempSync(join(tmpdir(), 'urna-second-tally-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = spawnSync('python3', ['-c', 'import fractions']).status === 0;
const TALLY = join(ROOT, 'scripts/nation/tally.py');

type Second = {
  readonly packages: number;
  readonly ballots: number;
  readonly contests: Readonly<
    Record<
      string,
      {
        readonly ballots: number | null;
        readonly nulls: number | null;
        readonly votes: Readonly<Record<string, number>>;
        readonly seats: Readonly<Record<string, number>>;
        readonly open: number;
      }
    >
  >;
};
const secondTally = (where: string): Second => {
  const { status, stdout, stderr } = spawnSync('python3', [TALLY, where], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect([stderr, status]).toEqual(['', 0]);
  return JSON.parse(stdout) as Second;
};

/** Both tallies of the folder, in the second's form. */
const bothTallies = (where: string, authorityKey: Uint8Array) => {
  const opened = openNationalFolder(where, authorityKey);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const { offer } = opened.value;
  const sums = aggregateFolder(opened.value, where).aggregation.sums();
  const sides = new Map(sums.contests.map((each) => [each.contest.id, each]));
  const contests = Object.fromEntries(
    nationalSeats(offer, sums.contests).map(({ id, competitors, vacant }) => [
      id,
      {
        ballots: sides.get(id)?.ballots ?? null,
        nulls: sides.get(id)?.nulls ?? null,
        votes: Object.fromEntries(competitors.map((each) => [each.id, each.votes])),
        seats: Object.fromEntries(competitors.map((each) => [each.id, each.seats])),
        open: vacant,
      },
    ]),
  );
  const first: Second = { packages: sums.accepted, ballots: sums.ballots, contests };
  return { first, second: secondTally(where), seats: nationalSeats(offer, sums.contests) };
};

const tallied = (name: string, election: NationalElection) => {
  const country = makeSyntheticCountry(election, 1);
  const where = join(folder, name);
  writeCountry(where, country);
  return bothTallies(where, country.authority.publicKey);
};

describe.skipIf(!python)('a second tally (python3)', () => {
  test('agrees on votes, nulls and every seat of a made-up country', () => {
    const { first, second } = tallied('country', makeNationalElection(7, 120));
    expect(second).toEqual(first);
    expect(second.packages).toBe(120);
    const seats = Object.values(second.contests).flatMap((each) => Object.values(each.seats));
    expect(seats.reduce((a, b) => a + b, 0)).toBe(277);
  });

  test.each<TieRule>([
    { kind: 'ballotOrder' },
    { kind: 'lot', seed: 'uno' },
    { kind: 'lot', seed: 'dos' },
    { kind: 'open' },
  ])('agrees on ties: %o', (tieRule) => {
    const election = electionWith({ tieRule });
    const country = makeSyntheticCountry(election, 1);
    const where = mkdtempSync(join(folder, 'ties-'));
    writeCountry(where, country);
    country.register.precincts.forEach(({ id }, at) => {
      const result = country.resultOf(at);
      // Every option of a contest gets the same votes.
      const contests = result.contests.map((contest) => {
        const each = Math.min(
          7,
          Math.floor((contest.ballots * contest.positions) / contest.options.length),
        );
        return {
          ...contest,
          options: contest.options.map((option) => ({ ...option, votes: each })),
          nulls: contest.ballots * contest.positions - each * contest.options.length,
        };
      });
      const { bytes, signature } = country.signAs(at, { ...result, contests });
      writeFileSync(join(where, PACKAGES_FOLDER, id, 'result-package.json'), bytes);
      writeFileSync(join(where, PACKAGES_FOLDER, id, 'result-package.sig'), signature);
    });
    const { first, second, seats } = bothTallies(where, country.authority.publicKey);
    expect(seats.filter(({ tie }) => tie !== null).length).toBeGreaterThan(1);
    expect(second).toEqual(first);
  });

  test('refuses a package twice and figures that do not add up', () => {
    const where = join(folder, 'spoilt');
    writeCountry(where, COUNTRY);
    const file = join(
      where,
      PACKAGES_FOLDER,
      COUNTRY.register.precincts[0]!.id,
      'result-package.json',
    );
    const run = () => spawnSync('python3', [TALLY, where], { encoding: 'utf8' });
    expect(run().status).toBe(0);
    const text = Buffer.from(COUNTRY.packageOf(0).bytes).toString();
    writeFileSync(file, text.replace('"votes": ', '"votes": 9'));
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('does not add up') });
    writeFileSync(file, COUNTRY.packageOf(1).bytes);
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('a second package') });
  });
});
