import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { checksumText, publishSite } from '#scripts/evidence/publish.ts';
import { packagePath, reportPath, SITE_FILES } from '#scripts/evidence/site-files.ts';
import { verifySite } from '#scripts/evidence/verify-site.ts';
import { aggregateFolder, openNationalFolder } from '#scripts/nation/national-folder.ts';
import { makeSyntheticCountry } from '#scripts/nation/synthetic-country.ts';
import { PACKAGES_FOLDER, writeCountry } from '#scripts/nation/write-country.ts';
import { COUNTRY, electionWith } from '#test/nation/country.ts';
import { urna } from '../nation/command.ts';
import { reportTextOf } from './tally-text.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-site-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const KEY = COUNTRY.authority.publicKey;
const PICTURE = readFileSync(
  new URL('../../../scripts/pictures/tally-report.png', import.meta.url),
);
const idAt = (at: number): string => COUNTRY.register.precincts[at]!.id;

const publish = (folder: string, site: string) => {
  const opened = openNationalFolder(folder, KEY);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const nation = opened.value;
  mkdirSync(site);
  return publishSite(site, {
    nation,
    folder,
    aggregation: aggregateFolder(nation, folder).aggregation,
    at: '2026-12-07T01:02:03Z',
    locale: 'es',
    onProgress: () => undefined,
  });
};

/** What lies around where results are collected: much of it nobody may ever see. */
const SOURCE = join(ROOT, 'source');
writeCountry(SOURCE, COUNTRY);
const SECRETS = [
  'authority-private.pem',
  'pollbook.csv',
  'secret/keys.json',
  'media/fixed/identity',
];
for (const name of [
  ...SECRETS,
  `${PACKAGES_FOLDER}/${idAt(0)}/identity`,
  `${PACKAGES_FOLDER}/${idAt(0)}/event-log`,
]) {
  mkdirSync(join(SOURCE, name, '..'), { recursive: true });
  writeFileSync(join(SOURCE, name), 'SECRETO-7f3a');
}
writeFileSync(join(SOURCE, PACKAGES_FOLDER, idAt(0), 'tally-report.txt'), reportTextOf(COUNTRY, 0));
writeFileSync(join(SOURCE, PACKAGES_FOLDER, idAt(0), 'tally-report.png'), PICTURE);
const SITE = join(ROOT, 'site');
const PUBLISHED = await publish(SOURCE, SITE);

let site = '';
let count = 0;
beforeEach(() => {
  site = join(ROOT, `copy-${count++}`);
  cpSync(SITE, site, { recursive: true });
});

const at = (path: string): string => join(site, path);
const text = (path: string): string => readFileSync(at(path), 'utf8');
const edit = (path: string, change: (text: string) => string): void => {
  const before = text(path);
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  writeFileSync(at(path), after);
};
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const HUGE = 3 * 1024 ** 3;
/** Whoever tampers mends the checksums too. */
const mendSums = (): void => {
  const sums = new Map(
    filesOf(site)
      .filter((path) => path !== SITE_FILES.checksums && statSync(at(path)).size < HUGE)
      .map((path) => [path, sha256Hex(readFileSync(at(path)))]),
  );
  writeFileSync(at(SITE_FILES.checksums), checksumText(sums));
};
const failures = (): readonly string[] =>
  verifySite(site, KEY).failures.map(({ code, file }) => `${code} ${file}`);

describe('a published election', () => {
  test('verifies from the key alone', () => {
    expect(verifySite(SITE, KEY)).toEqual({ failures: [], accepted: 12, missing: [] });
    expect(PUBLISHED).toMatchObject({ packages: 12, reports: 2, notPublished: [] });
  });

  test('has nothing that is not on the closed list, and no secret', () => {
    const expected = [
      ...Object.values(SITE_FILES),
      ...COUNTRY.register.precincts.flatMap(({ id }) =>
        (['package', 'signature', 'machineKey'] as const).map((part) => packagePath(id, part)),
      ),
      reportPath(idAt(0), 'txt'),
      reportPath(idAt(0), 'png'),
    ];
    expect(filesOf(SITE)).toEqual([...expected].sort());
    for (const path of filesOf(SITE))
      expect(readFileSync(join(SITE, path)).includes('SECRETO-7f3a')).toBe(false);
  });

  test("leaves out a report that is another precinct's, or has more in it than a picture", async () => {
    const source = join(ROOT, `source-${count}`);
    cpSync(SOURCE, source, { recursive: true });
    const beside = join(source, PACKAGES_FOLDER, idAt(1));
    cpSync(
      join(source, PACKAGES_FOLDER, idAt(0), 'tally-report.txt'),
      join(beside, 'tally-report.txt'),
    );
    writeFileSync(
      join(beside, 'tally-report.png'),
      Buffer.concat([PICTURE, Buffer.from('SECRETO')]),
    );
    const { notPublished, reports } = await publish(source, join(ROOT, `site-${count}`));
    expect(reports).toBe(2);
    expect(notPublished.map(({ file }) => file)).toEqual(
      ['tally-report.txt', 'tally-report.png'].map((name) => join(beside, name)),
    );
  });

  test('that is partial says so, and names what is not in it', async () => {
    const source = join(ROOT, `source-${count}`);
    cpSync(SOURCE, source, { recursive: true });
    rmSync(join(source, PACKAGES_FOLDER, idAt(2)), { recursive: true });
    const partial = join(ROOT, `site-${count}`);
    await publish(source, partial);
    expect(verifySite(partial, KEY)).toEqual({ failures: [], accepted: 11, missing: [idAt(2)] });
  });
});

const FIRST = packagePath(idAt(0), 'package');
const SECOND = packagePath(idAt(1), 'package');
const NOT_DERIVED = [SITE_FILES.logHeads, SITE_FILES.result, SITE_FILES.nist, SITE_FILES.page].map(
  (path) => `derived ${path}`,
);

describe('tampering is a failure with the file’s name', () => {
  test.each<[string, () => void, readonly string[]]>([
    [
      'a package cut',
      () => truncateSync(at(FIRST), 700),
      [
        `malformed ${FIRST}`,
        ...NOT_DERIVED,
        `extra ${reportPath(idAt(0), 'txt')}`,
        `extra ${reportPath(idAt(0), 'png')}`,
      ],
    ],
    [
      'a package edited',
      () => edit(FIRST, (whole) => whole.replace('"votes": 1', '"votes": 2')),
      [
        `wrongSignature ${FIRST}`,
        ...NOT_DERIVED,
        `extra ${reportPath(idAt(0), 'txt')}`,
        `extra ${reportPath(idAt(0), 'png')}`,
      ],
    ],
    [
      'a package twice',
      () => cpSync(at(FIRST), at(SECOND)),
      [`wrongSignature ${SECOND}`, ...NOT_DERIVED],
    ],
    [
      "a precinct's folder with another's files",
      () => {
        for (const part of ['package', 'signature', 'machineKey'] as const)
          cpSync(at(packagePath(idAt(0), part)), at(packagePath(idAt(1), part)));
      },
      [`renamed ${SECOND}`, ...NOT_DERIVED],
    ],
    [
      'a folder renamed',
      () => renameSync(at(`packages/${idAt(1)}`), at('packages/999999999.99')),
      [`renamed ${packagePath('999999999.99', 'package')}`],
    ],
    [
      'a package in UTF-16',
      () => writeFileSync(at(SECOND), Buffer.from(text(SECOND), 'utf16le')),
      [`malformed ${SECOND}`, ...NOT_DERIVED],
    ],
    [
      'a huge package',
      () => truncateSync(at(SECOND), HUGE),
      [`huge ${SECOND}`, `missing ${SECOND}`, ...NOT_DERIVED],
    ],
    [
      'a huge election',
      () => truncateSync(at(SITE_FILES.offer), HUGE),
      [`huge ${SITE_FILES.offer}`],
    ],
    ['no package', () => rmSync(at(SECOND)), [`missing ${SECOND}`, ...NOT_DERIVED]],
    [
      'no signature',
      () => rmSync(at(packagePath(idAt(1), 'signature'))),
      [`missing ${packagePath(idAt(1), 'signature')}`, ...NOT_DERIVED],
    ],
    [
      'no machine key',
      () => rmSync(at(packagePath(idAt(1), 'machineKey'))),
      [`missing ${packagePath(idAt(1), 'machineKey')}`],
    ],
    [
      "another machine's key",
      () => cpSync(at(packagePath(idAt(0), 'machineKey')), at(packagePath(idAt(1), 'machineKey'))),
      [`otherKey ${packagePath(idAt(1), 'machineKey')}`],
    ],
    [
      'another authority key',
      () =>
        writeFileSync(at(SITE_FILES.authorityKey), publicKeyPem(COUNTRY.machineOf(0).publicKey)),
      [`otherKey ${SITE_FILES.authorityKey}`],
    ],
    ['a file more', () => writeFileSync(at('notes.txt'), 'x'), ['extra notes.txt']],
    [
      'a file more in a precinct',
      () => writeFileSync(at(`packages/${idAt(1)}/identity`), 'x'),
      [`extra packages/${idAt(1)}/identity`],
    ],
    [
      'a link out of the folder',
      () => {
        rmSync(at(SITE_FILES.page));
        symlinkSync('/etc/hostname', at(SITE_FILES.page));
      },
      [`extra ${SITE_FILES.page}`],
    ],
    [
      'a report of another precinct',
      () => renameSync(at(reportPath(idAt(0), 'txt')), at(reportPath(idAt(1), 'txt'))),
      [`report ${reportPath(idAt(1), 'txt')}`],
    ],
    [
      'a report edited',
      () => edit(reportPath(idAt(0), 'txt'), (whole) => whole.replace('URNA1 1/', 'URNA1 2/')),
      [`report ${reportPath(idAt(0), 'txt')}`],
    ],
    [
      'a picture that is none',
      () => writeFileSync(at(reportPath(idAt(0), 'png')), 'x'),
      [`report ${reportPath(idAt(0), 'png')}`],
    ],
    [
      'an election edited',
      () => edit(SITE_FILES.offer, (whole) => whole.replace('Norte', 'Sur')),
      [`wrongSignature ${SITE_FILES.offer}`],
    ],
    [
      'a register cut',
      () => truncateSync(at(SITE_FILES.register), 500),
      [`wrongSignature ${SITE_FILES.register}`],
    ],
    [
      'a log head edited',
      () => edit(SITE_FILES.logHeads, (whole) => whole.replace(/[0-9a-f]\n$/, 'x\n')),
      [`derived ${SITE_FILES.logHeads}`],
    ],
    [
      'a key list edited',
      () => edit(SITE_FILES.keys, (whole) => whole.replace(/[0-9a-f]\n$/, 'x\n')),
      [`derived ${SITE_FILES.keys}`],
    ],
    [
      'a page edited',
      () => edit(SITE_FILES.page, (whole) => whole.replace('Resultados', 'Otros')),
      [`derived ${SITE_FILES.page}`],
    ],
    [
      'a result edited',
      () => edit(SITE_FILES.result, (whole) => whole.replace('"accepted":12', '"accepted":13')),
      [`derived ${SITE_FILES.result}`],
    ],
    [
      'a result that is none',
      () => writeFileSync(at(SITE_FILES.result), '['.repeat(100_000)),
      [`malformed ${SITE_FILES.result}`],
    ],
    [
      'a NIST report edited',
      () => edit(SITE_FILES.nist, (whole) => whole.replace('"Count":', '"Count":9')),
      [`derived ${SITE_FILES.nist}`],
    ],
  ])('%s', (_, tamper, expected) => {
    tamper();
    // First as a clumsy hand leaves it: the checksums tell.
    const clumsy = failures();
    for (const each of expected) expect(clumsy).toContain(each);
    mendSums();
    const careful = failures();
    for (const each of expected) expect(careful).toContain(each);
    expect(careful.filter((each) => each.startsWith('checksum'))).toEqual([]);
  });

  test('any byte of any file, whatever it is', () => {
    for (const path of filesOf(SITE)) {
      const bytes = readFileSync(at(path));
      const middle = Math.floor(bytes.length / 2);
      const before = bytes[middle]!;
      bytes[middle] = before ^ 1;
      writeFileSync(at(path), bytes);
      const found = verifySite(site, KEY).failures;
      expect(
        found.some(
          ({ file }) => file === path || path === SITE_FILES.checksums || path.endsWith('.sig'),
        ),
      ).toBe(true);
      bytes[middle] = before;
      writeFileSync(at(path), bytes);
    }
    expect(failures()).toEqual([]);
  });

  test('a checksum for a file that is not there, and a file without one', () => {
    edit(SITE_FILES.checksums, (whole) => whole.replace(SITE_FILES.page, 'index.htm'));
    expect(failures()).toEqual(
      expect.arrayContaining(['missing index.htm', `unlisted ${SITE_FILES.page}`]),
    );
  });

  test('a whole election of another authority', () => {
    const other = makeSyntheticCountry(electionWith({}), 9);
    expect(verifySite(site, other.authority.publicKey).failures.map(({ code }) => code)).toEqual([
      'wrongSignature',
      'wrongSignature',
    ]);
  });

  test('an empty folder', () => {
    const empty = join(ROOT, 'empty');
    mkdirSync(empty, { recursive: true });
    const found = verifySite(empty, KEY).failures;
    expect(found.map(({ file }) => file).sort()).toEqual([...Object.values(SITE_FILES)].sort());
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['missing']));
  });
});

describe('urna publish and urna verify', () => {
  const key = join(SOURCE, 'authority-key.pem');

  test('publish what verifies', () => {
    const out = join(ROOT, 'commanded');
    const published = urna('publish', SOURCE, '--out', out, '--key', key, '--json');
    expect(published.code).toBe(0);
    expect(JSON.parse(published.out)).toMatchObject({ ok: true, packages: 12, reports: 2 });
    const verified = urna('verify', out, '--key', key, '--json');
    expect({ code: verified.code, ...JSON.parse(verified.out) }).toEqual({
      code: 0,
      ok: true,
      failures: [],
      accepted: 12,
      missing: [],
    });
    expect(urna('publish', SOURCE, '--out', out, '--key', key)).toMatchObject({ code: 2, out: '' });
  });

  test('name what fails, and exit with 1', () => {
    truncateSync(at(SECOND), 100);
    const { code, out } = urna('verify', site, '--key', key, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
    expect(JSON.parse(out).failures).toContainEqual(
      expect.objectContaining({ code: 'malformed', file: SECOND }),
    );
  });

  test('need a key, and a folder', () => {
    expect(urna('verify', site)).toMatchObject({ code: 2, err: expect.stringContaining('--key') });
    expect(urna('verify', join(ROOT, 'nowhere'), '--key', key).code).toBe(3);
  });
});
