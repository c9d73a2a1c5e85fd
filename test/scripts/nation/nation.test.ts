import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import { readRegister } from '#firmware/nation/read-register.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';
import { NATION_FOLDERS, runNation } from '#scripts/nation/run-nation.ts';
import { removeFolders, temporary } from './folders.ts';

afterEach(removeFolders);

test('a national election goes from provisioning to verified evidence, every precinct through the real machine', async () => {
  const out = temporary();
  const { days, result, synthesised, failures } = await runNation({
    out,
    precincts: 2,
    voters: 5,
    rest: false,
    seed: 3,
    threads: 2,
    pinCost: { N: 2, r: 1, p: 1 },
    at: '2020-12-07T00:00:00Z',
    onProgress: () => undefined,
  });
  const ids = makeNationalElection(3, 2).precincts.map(precinctIdOf);
  expect(days).toEqual(ids.map((precinct) => ({ precinct, ballots: 5, errors: [] })));
  expect(synthesised).toBe(0);
  const { sums, seats } = result;
  expect(sums).toMatchObject({ accepted: 2, missing: [], rejected: [], ballots: 10 });
  expect(seats.length).toBe(result.offer.contests.length + result.offer.summedLists.length);

  const national = join(out, NATION_FOLDERS.national);
  const register = readRegister(new Uint8Array(readFileSync(join(national, 'precincts.json'))));
  const machines = register.ok ? register.value.precincts.map((each) => each.machines.length) : [];
  expect(machines).toEqual([1, 1]);
  for (const id of ids)
    for (const file of ['result-package.json', 'result-package.sig', 'tally-report.png'])
      expect(existsSync(join(national, 'packages', id, file))).toBe(true);
  expect(failures).toEqual([]);
  const site = join(out, NATION_FOLDERS.published);
  expect(existsSync(join(site, 'election.json'))).toBe(true);
  // Nothing that is not for everybody is among what is published.
  for (const folder of [national, site]) expect(existsSync(join(folder, 'secret'))).toBe(false);
});
