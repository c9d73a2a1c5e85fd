import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { aggregateFolder, openNationalFolder } from '#scripts/nation/national-folder.ts';
import { nistResults } from '#scripts/nation/nist-results.ts';
import { resultDocument } from '#scripts/nation/result-document.ts';
import { resultPage } from '#scripts/nation/result-page.ts';
import { PACKAGES_FOLDER, writeCountry } from '#scripts/nation/write-country.ts';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import { COUNTRY, OFFER } from '#test/nation/country.ts';
import { urna } from './command.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-aggregate-'));
const WHOLE = join(ROOT, 'whole');
writeCountry(WHOLE, COUNTRY);
afterAll(() => rmSync(ROOT, { recursive: true }));

let folder = '';
let count = 0;
beforeEach(() => {
  folder = join(ROOT, `copy-${count++}`);
  cpSync(WHOLE, folder, { recursive: true });
});

const idAt = (at: number): string => COUNTRY.register.precincts[at]!.id;
const packageFile = (at: number, file: string = RESULT_FILES.package): string =>
  join(folder, PACKAGES_FOLDER, idAt(at), file);
const KEY = COUNTRY.authority.publicKey;

const resultOf = (where: string) => {
  const opened = openNationalFolder(where, KEY);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const sums = aggregateFolder(opened.value, where).aggregation.sums();
  const { offer } = opened.value;
  return { offer, sums, seats: nationalSeats(offer, sums.contests) };
};
const rejected = (): readonly (readonly [string | null, string])[] =>
  resultOf(folder).sums.rejected.map(({ precinct, code }) => [precinct, code] as const);

describe('a folder of results', () => {
  test('is added up at any depth, whatever the folders are called', () => {
    mkdirSync(join(folder, 'media/stick-7/urna'), { recursive: true });
    cpSync(join(folder, PACKAGES_FOLDER, idAt(3)), join(folder, 'media/stick-7/urna/result'), {
      recursive: true,
    });
    rmSync(join(folder, PACKAGES_FOLDER, idAt(3)), { recursive: true });
    const { sums } = resultOf(folder);
    expect(sums).toEqual(resultOf(WHOLE).sums);
    expect(sums.accepted).toBe(12);
  });

  test.each<[string, string, () => void]>([
    ['cut', 'malformed', () => truncateSync(packageFile(3), 900)],
    ['empty', 'malformed', () => truncateSync(packageFile(3), 0)],
    [
      'doubled in itself',
      'malformed',
      () => writeFileSync(packageFile(3), readFileSync(packageFile(3)), { flag: 'a' }),
    ],
    [
      'edited',
      'wrongSignature',
      () =>
        writeFileSync(
          packageFile(3),
          readFileSync(packageFile(3), 'utf8').replace('"votes": 1', '"votes": 2'),
        ),
    ],
    ['huge', 'huge', () => truncateSync(packageFile(3), 5 * 1024 * 1024 * 1024)],
    [
      'in UTF-16',
      'malformed',
      () =>
        writeFileSync(packageFile(3), Buffer.from(readFileSync(packageFile(3), 'utf8'), 'utf16le')),
    ],
    ['without its signature', 'noSignature', () => rmSync(packageFile(3, RESULT_FILES.signature))],
    [
      'with a signature too long',
      'wrongSignature',
      () => writeFileSync(packageFile(3, RESULT_FILES.signature), Buffer.alloc(1), { flag: 'a' }),
    ],
    [
      'with a pipe for a signature',
      'unreadable',
      () => {
        rmSync(packageFile(3, RESULT_FILES.signature));
        execFileSync('mkfifo', [packageFile(3, RESULT_FILES.signature)]);
      },
    ],
    [
      'with a folder for a signature',
      'unreadable',
      () => {
        rmSync(packageFile(3, RESULT_FILES.signature));
        mkdirSync(packageFile(3, RESULT_FILES.signature));
      },
    ],
  ])('a package %s is named %s, and the others are added up', (_, code, spoil) => {
    spoil();
    expect(rejected()).toEqual([[idAt(3), code]]);
    expect(resultOf(folder).sums.missing).toEqual([idAt(3)]);
  });

  test("a package in another precinct's place is its own precinct's all the same", () => {
    cpSync(packageFile(2), packageFile(3));
    cpSync(packageFile(2, RESULT_FILES.signature), packageFile(3, RESULT_FILES.signature));
    const { sums } = resultOf(folder);
    expect([sums.missing, sums.repeated, sums.rejected]).toEqual([[idAt(3)], 1, []]);
  });
});

describe('urna aggregate', () => {
  const key = join(WHOLE, 'authority-key.pem');

  test('gives votes and seats as one JSON document', () => {
    const { code, out, err } = urna('aggregate', folder, '--key', key, '--json');
    expect(code).toBe(0);
    expect(err).not.toContain('trusting');
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(resultDocument(resultOf(folder)))));
    expect(JSON.parse(out)).toMatchObject({ accepted: 12, missing: [], rejected: [] });
  });

  test('names what is missing and rejected, and exits with 1', () => {
    rmSync(packageFile(0));
    truncateSync(packageFile(1), 10);
    const { code, out } = urna('aggregate', folder, '--key', key, '--json');
    expect(code).toBe(1);
    const { missing, rejected: refused } = JSON.parse(out);
    expect(missing).toEqual([idAt(0), idAt(1)]);
    expect(refused).toMatchObject([{ precinct: idAt(1), code: 'malformed' }]);
  });

  test('adds up what a store keeps too, and names a conflict in it', async () => {
    const file = join(folder, 'received.sqlite');
    const store = openEmbeddedStore(file);
    for (const at of [0, 1]) {
      await store.put({ precinct: idAt(at), ...COUNTRY.packageOf(at) });
      rmSync(packageFile(at));
    }
    const other = COUNTRY.signAs(1, { ...COUNTRY.resultOf(1), copies: 7 });
    await store.put({ precinct: idAt(1), ...other });
    await store.close();
    const { code, out } = urna('aggregate', folder, '--key', key, '--store', file, '--json');
    expect(code).toBe(1);
    const { accepted, missing, rejected: refused } = JSON.parse(out);
    expect([accepted, missing]).toEqual([11, [idAt(1)]]);
    expect(refused).toMatchObject([
      { precinct: idAt(1), code: 'conflict' },
      { precinct: idAt(1), code: 'conflict' },
    ]);
    expect(urna('aggregate', folder, '--key', key, '--store', `${file}x`)).toMatchObject({
      code: 3,
      err: expect.stringContaining('no store'),
    });
  });

  test('says that it trusts the key in the folder, when none is given', () => {
    const { code, err } = urna('aggregate', folder);
    expect(code).toBe(0);
    expect(err).toContain('trusting');
  });

  test.each<[string, number, RegExp, () => readonly string[]]>([
    ['no folder', 2, /DIR is missing/, () => []],
    ['a folder that is not there', 3, /no folder/, () => [join(folder, 'nowhere')]],
    ['a folder without an election', 3, /no election.json/, () => [join(folder, PACKAGES_FOLDER)]],
    ['a key that is none', 2, /no Ed25519 public key/, () => [folder, '--key', packageFile(0)]],
    [
      "another's key",
      1,
      /wrongSignature/,
      () => [folder, '--key', packageFile(0, RESULT_FILES.machineKey)],
    ],
    [
      'no key at all',
      2,
      /--key FILE/,
      () => {
        rmSync(join(folder, 'authority-key.pem'));
        return [folder];
      },
    ],
    [
      'an election that was edited',
      1,
      /election.json: wrongSignature/,
      () => {
        writeFileSync(join(folder, 'election.json'), ' ', { flag: 'a' });
        return [folder, '--key', key];
      },
    ],
  ])('%s: exit code %i, and why', (_, code, message, args) => {
    const out = join(folder, 'out');
    const ended = urna('aggregate', ...args(), '--out', out);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(message);
    expect([ended.out, existsSync(out)]).toEqual(['', false]);
  });

  test('writes a page that needs nothing else, the document, and the NIST report', () => {
    const out = join(folder, 'out');
    expect(urna('aggregate', folder, '--key', key, '--out', out).code).toBe(0);
    const page = readFileSync(join(out, 'results.html'), 'utf8');
    expect(page).toContain('Totalización completa: 12 de 12 mesas.');
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
    const document = JSON.parse(readFileSync(join(out, 'national-result.json'), 'utf8'));
    expect(document.accepted).toBe(12);
    const report = JSON.parse(readFileSync(join(out, 'results-nist-1500-100.json'), 'utf8'));
    expect(report['@type']).toBe('ElectionResults.ElectionReport');
  });
});

describe('the page of results', () => {
  const options = { locale: 'es', key: { digest: '0'.repeat(64), given: true } } as const;

  test('has every state, every contest of candidates, and who is elected', () => {
    const result = resultOf(WHOLE);
    const page = resultPage(result, options);
    for (const { name, kind } of OFFER.districts)
      if (kind !== 'nation') expect(page).toContain(name);
    for (const { kind, elected } of result.seats)
      if (kind !== 'list' && kind !== 'summed')
        for (const { name } of elected) expect(page).toContain(name);
  });

  test('tells missing precincts, and why a package was rejected, in words', () => {
    truncateSync(packageFile(5), 10);
    const page = resultPage(resultOf(folder), options);
    expect(page).toContain('Totalización parcial: 11 de 12 mesas');
    expect(page).toContain(`<li>${idAt(5)}</li>`);
    expect(page).toContain('no es un paquete de resultados');
  });

  test('shows a name as it is, whatever characters it has', () => {
    const result = resultOf(WHOLE);
    const name = '<b onclick="x">&amp;\'';
    const offer = {
      ...result.offer,
      candidates: result.offer.candidates.map((each) => ({ ...each, name })),
    };
    const page = resultPage({ ...result, offer }, options);
    expect(page).not.toContain('<b onclick');
    expect(page).toContain('&#60;b onclick=&#34;x&#34;&#62;&#38;amp;&#39;');
  });

  test('is in English where that is asked for', () => {
    const page = resultPage(resultOf(WHOLE), { ...options, locale: 'en' });
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('Turnout by state');
  });
});

describe('the NIST SP 1500-100 report', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../vectors/nist-1500-100-v2.schema.json', import.meta.url), 'utf8'),
  );
  // Draft 4 differs from draft 7 in nothing that this schema uses but its `$schema` line.
  const { $schema, ...definitions } = schema;
  const ajv = new Ajv({
    strict: true,
    keywords: ['refTypes'],
    allowUnionTypes: true,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
      date: /^\d{4}-\d\d-\d\d$/,
      time: /^\d\d:\d\d:\d\d/,
      uri: /^[a-z]+:/,
    },
  });
  const validate = ajv.compile(definitions);
  const options = { at: '2026-12-06T22:00:00Z', version: '1' };

  test('is one by the schema', () => {
    const report = nistResults(resultOf(WHOLE), options);
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...report, Status: 'sure' })).toBe(false);
    const { sums, ...rest } = resultOf(WHOLE);
    const marked = nistResults({ ...rest, sums: { ...sums, madeUp: ['010000001.01'] } }, options);
    validate(marked);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('has the votes of every option, the nulls and the seats', () => {
    const { Election } = nistResults(resultOf(WHOLE), options);
    const contests = Election[0]!.Contest as readonly Record<string, unknown>[];
    const { sums, seats } = resultOf(WHOLE);
    type Given = {
      readonly ContestSelection: readonly {
        readonly VoteCounts: readonly { readonly Count: number; readonly Type: string }[];
      }[];
    };
    const counts = (id: string, type: string): readonly number[] => {
      const found = contests.find((each) => each['@id'] === id) as Given | undefined;
      return (found?.ContestSelection ?? []).flatMap(({ VoteCounts }) =>
        VoteCounts.filter(({ Type }) => Type === type).map(({ Count }) => Count),
      );
    };
    for (const { contest, votes } of sums.contests)
      expect(counts(contest.id, 'total')).toEqual(votes);
    const national = seats.find(({ kind }) => kind === 'summed')!;
    expect(counts(`seats-${national.id}`, 'seats')).toEqual(
      national.competitors.map((each) => each.seats),
    );
  });

  test('says when it is partial', () => {
    expect(nistResults(resultOf(WHOLE), options).Status).toBe('unofficial-complete');
    rmSync(packageFile(0));
    expect(nistResults(resultOf(folder), options).Status).toBe('unofficial-partial');
  });
});
