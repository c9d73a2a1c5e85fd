/** Results of precincts in which no machine ran are said to be made up wherever they go. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerText } from '#firmware/nation/register.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { publicKeyPem, sign } from '#firmware/vault/keys.ts';
import { SITE_FILES } from '#scripts/evidence/site-files.ts';
import { synthesiseRest } from '#scripts/nation/synthesise-rest.ts';
import { makeSyntheticCountry } from '#scripts/nation/synthetic-country.ts';
import {
  PACKAGES_FOLDER,
  writeElectionFiles,
  writePackage,
} from '#scripts/nation/write-country.ts';
import { electionWith } from '#test/nation/country.ts';
import { urna } from './command.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-made-up-results-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const [FOLDER, SITE, KEY] = [join(ROOT, 'in'), join(ROOT, 'site'), join(ROOT, 'key.pem')];
const REAL = 5;
const ELECTION = electionWith({ test: true });
const COUNTRY = makeSyntheticCountry(ELECTION, 1);
const { register, authority } = COUNTRY;
const madeUp = register.precincts.slice(REAL).map(({ id }) => id);

beforeAll(() => {
  writeFileSync(KEY, publicKeyPem(authority.publicKey));
  writeElectionFiles(FOLDER, COUNTRY);
  for (let at = 0; at < REAL; at++) writePackage(FOLDER, COUNTRY, at);
  const without = register.precincts.map((each, at) =>
    at < REAL ? each : { ...each, machines: [] },
  );
  const precincts = synthesiseRest(
    {
      offer: ELECTION.offer,
      seed: 1,
      releaseDigest: new Uint8Array(32),
      authorityKey: authority.privateKey,
      packages: join(FOLDER, PACKAGES_FOLDER),
    },
    without,
    () => undefined,
  );
  const text = utf8(registerText({ ...register, precincts }));
  writeFileSync(join(FOLDER, 'precincts.json'), text);
  writeFileSync(join(FOLDER, 'precincts.sig'), sign(authority.privateKey, text));
  expect(urna('publish', FOLDER, '--key', KEY, '--out', SITE, '--locale', 'en').code).toBe(0);
});

test('the result names them, and only them', () => {
  const result = JSON.parse(readFileSync(join(SITE, 'national-result.json'), 'utf8'));
  expect([result.accepted, result.madeUp]).toEqual([register.precincts.length, madeUp]);
});

test('the page says so at its head, and lists them', () => {
  const page = readFileSync(join(SITE, 'index.html'), 'utf8');
  expect(page.split('</header>')[0]).toContain(
    `MADE-UP RESULTS in ${madeUp.length} of these precincts`,
  );
  const section = page.split('Precincts with made-up results (')[1]?.split('</section>')[0] ?? '';
  expect([...section.matchAll(/<li>([^<]+)<\/li>/g)].map((match) => match[1])).toEqual(madeUp);
});

test('the report for other programs and the list of keys say so too', () => {
  const report = JSON.parse(readFileSync(join(SITE, SITE_FILES.nist), 'utf8'));
  expect([report.IsTest, report.TestType]).toEqual([true, 'made-up']);
  expect(report.Notes.split(': ')[1].split(' ')).toEqual(madeUp);
  const [head, ...keys] = readFileSync(join(SITE, SITE_FILES.keys), 'utf8').trimEnd().split('\n');
  expect(head).toBe('precinct,machineCode,machineKey,madeUp');
  const marked = keys.map((row) => row.split(',')).filter((row) => row[3] === 'true');
  expect(marked.map(([id]) => id)).toEqual(madeUp);
});

test('who adds up is told', () => {
  expect(urna('aggregate', FOLDER, '--key', KEY).out).toContain(
    `MADE UP      ${madeUp.length} of them: no machine ran there`,
  );
});

test('what is published verifies, and not any more when the mark is taken off', () => {
  expect(urna('verify', SITE, '--key', KEY).code).toBe(0);
  const file = join(SITE, 'precincts.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(',"madeUp":true', ''));
  const { code, out } = urna('verify', SITE, '--key', KEY);
  expect([code, out]).toEqual([1, expect.stringContaining('precincts.json: wrongSignature')]);
});
