/** The command line as people and programs meet it: words, exit codes, one JSON document. */
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '#scripts/commands/index.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { SMALL_PATH } from '#scripts/elections/load.ts';

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const end = (file: string, args: readonly string[], cwd: string): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'urna-launcher-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
/** Behind the launcher, without its look at the installed packages. */
const urna = (...args: readonly string[]): Promise<Ended> =>
  end(process.execPath, [join(ROOT, 'scripts/main.ts'), ...args], folder);

describe('the launcher', () => {
  test('runs from any folder, also through a link, and hands the exit code on', async () => {
    await symlink(join(ROOT, 'scripts/urna'), at('link'));
    const helped = await end(at('link'), ['day', '--help'], folder);
    expect(helped).toMatchObject({ code: 0, err: '' });
    expect(helped.out).toContain('usage: scripts/urna day');
    expect((await end(at('link'), ['no-such-command'], folder)).code).toBe(2);
  });
});

describe('a day checked from outside', () => {
  const out = (): string => at('checked-day');
  beforeAll(() => urna('day', '--out', out(), '--voters', '2', '--election', SMALL_PATH));

  test('its log is sound, exports, and is not when an entry is missing', async () => {
    const [exported, explained] = [at('log.json'), at('ids.json')];
    const args = ['audit', 'log', out(), '--export', exported, '--explain', explained];
    const sound = await urna(...args, '--json');
    expect({ code: sound.code, ...JSON.parse(sound.out) }).toMatchObject({
      code: 0,
      ok: true,
      findings: [],
    });
    expect(JSON.parse(await readFile(exported, 'utf8'))).toMatchObject({
      '@type': 'EventLogging.ElectionEventLog',
    });
    expect(JSON.parse(await readFile(explained, 'utf8'))).toMatchObject({
      '@type': 'EventLogging.ElectionEventLogDocumentation',
    });
    const lines = (await readFile(join(out(), 'event-log'), 'utf8')).split('\n');
    await writeFile(at('cut-log'), lines.toSpliced(7, 1).join('\n'));
    const key = ['--machine-key', join(out(), 'machine-key.pem')];
    const cut = await urna('audit', 'log', at('cut-log'), ...key);
    expect(cut).toMatchObject({ code: 1, err: '' });
    expect(cut.out).toContain('entrada 7');
  });

  test('its tally report verifies with the authority’s key, and not with the machine’s', async () => {
    const report = join(out(), 'tally-report.txt');
    const check = (key: string) =>
      urna('verify-report', report, '--key', join(out(), key), '--json');
    const sound = await check('authority-key.pem');
    expect({ code: sound.code, ok: JSON.parse(sound.out).ok }).toEqual({ code: 0, ok: true });
    const { code, out: told } = await check('machine-key.pem');
    expect({ code, failures: JSON.parse(told).failures }).toMatchObject({
      code: 1,
      failures: [{ code: 'certificate', file: report }],
    });
  });

  test.each([
    [['audit'], 2, 'say what is to be audited'],
    [['audit', 'boxen'], 2, 'no audit "boxen"'],
    [['audit', 'image'], 2, 'name one medium'],
    [['audit', 'image', '/dev/null'], 2, '--image IMAGE is missing'],
    [['audit', 'image', '/dev/null', '--image', '/dev/null'], 2, 'is no file'],
    [['image'], 2, '--out DIR is missing'],
    [['image', '--out', '/nowhere/at/all', '--key', 'a.pem'], 2, 'go together'],
    [['image', '--out', '/nowhere/at/all', '--signatures', '/nowhere'], 2, '--signatures /nowhere'],
    [['flash'], 2, 'name an image and what it is written onto'],
    [['flash', '/dev/null', '/dev/null'], 1, '/dev/null is no file'],
    [['flash', import.meta.filename, '/dev/null'], 1, 'is no image of a unit'],
    [['audit', 'log'], 2, 'DIR is missing'],
    [['audit', 'log', '/nowhere'], 3, 'no event log at /nowhere'],
    [['explain'], 2, 'either one CODE or --sheet FILE'],
    [['explain', 'printer.onFire'], 1, 'printer.jam'],
    [['release', '--key', '/nowhere'], 2, '--key goes with --out'],
    [['release', '--out', '/nowhere', '--key', '/nowhere'], 2, '--key /nowhere'],
    [['release', '--check', '/nowhere'], 2, 'manifest.json'],
    [['release', '--arch', 'mips'], 2, 'x64, arm64'],
    [['verify-report'], 2, 'TEXT is missing'],
    [['verify-report', 'x'], 2, '--key FILE is missing'],
    [['verify-report', 'x', '--key', '/nowhere'], 2, '--key /nowhere'],
  ] as const)('%j ends with %i and says why', async (args, code, words) => {
    const ended = await urna(...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(words);
  });
});

describe('urna release', () => {
  test('makes a signed manifest whose digest sha256sum confirms, and checks the tree against it', async () => {
    const out = join(folder, 'release');
    await mkdir(out);
    const at = (name: string): string => join(out, name);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeFile(at('key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await writeFile(at('public.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
    const made = await urna('release', '--out', out, '--key', at('key.pem'), '--json');
    const { sha256, files } = JSON.parse(made.out);
    expect(
      createHash('sha256')
        .update(await readFile(at('manifest.json')))
        .digest('hex'),
    ).toBe(sha256);
    expect(JSON.parse(await readFile(at('manifest.json'), 'utf8')).files).toHaveLength(files);
    const check = (key: string) =>
      urna('release', '--check', out, '--public-key', at(key), '--json');
    const sound = await check('public.pem');
    expect({ code: sound.code, told: JSON.parse(sound.out) }).toEqual({
      code: 0,
      told: { ok: true, sha256, missing: [], changed: [], extra: [] },
    });
    const bent = await readFile(at('release-manifest'), 'utf8');
    await writeFile(at('release-manifest'), bent.replace('"rollbackIndex":1', '"rollbackIndex":9'));
    const refused = await check('public.pem');
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 2, out: '' });
    expect(refused.err).toContain('not signed with this key');
  });
});

describe('urna test --repeat', () => {
  test('says how many runs passed, as one JSON document', async () => {
    const { code, out } = await urna('test', '--repeat', '2', '--json', 'test/alarm');
    expect({ code, told: JSON.parse(out) }).toEqual({ code: 0, told: { runs: 2, passed: 2 } });
  });

  test('ends at the first run that fails', async () => {
    const { code, out } = await urna('test', '--repeat', '5', '--json', 'no-such-test');
    expect({ code, told: JSON.parse(out) }).toEqual({ code: 1, told: { runs: 1, passed: 0 } });
  });
});

describe('urna without a command', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('%j lists every command', async (args) => {
    const { code, out } = await urna(...args);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`^ +${name} +${summary}$`, 'm'));
  });

  test('an unknown command is a usage error that names it and the known ones', async () => {
    const { code, out, err } = await urna('dya', '--out', 'x');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('no command "dya"');
    expect(err).toContain('day');
  });
});

describe('every command', () => {
  test.each(COMMANDS.map(({ name }) => name))('%s --help tells its exit codes', async (name) => {
    const { code, out, err } = await urna(name, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`usage: scripts/urna ${name}`);
    expect(out).toMatch(/exit codes?: 0 /);
  });
});

describe('urna day refuses', () => {
  const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no --out', [], /--out DIR is missing/],
    [
      'no voters',
      ['--out', 'x', '--voters', '0'],
      /--voters is a whole number from 1 to \d+; it was "0"/,
    ],
    ['too many voters', ['--out', 'x', '--voters', '1001'], /--voters .* "1001"/],
    ['half a voter', ['--out', 'x', '--voters', '1.5'], /--voters .* "1\.5"/],
    ['a number in words', ['--out', 'x', '--voters', 'ten'], /--voters .* "ten"/],
    ['a negative seed', ['--out', 'x', '--seed=-1'], /--seed .* "-1"/],
    ['a seed in hex', ['--out', 'x', '--seed', '0x10'], /--seed .* "0x10"/],
    [
      'another language',
      ['--out', 'x', '--locale', 'fr'],
      /--locale is one of es, en; it was "fr"/,
    ],
    ['an unknown option', ['--out', 'x', '--speed', '9'], /--speed/],
    ['an argument', ['--out', 'x', 'today'], /"today" is not an option/],
  ];
  test.each(refusals)('%s', async (_what, args, words) => {
    const { code, out, err } = await urna('day', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
    expect(err).toContain('usage: scripts/urna day');
    expect(await readdir(folder)).not.toContain('x');
  });

  test('an election that is not there, and says which', async () => {
    const { code, out, err } = await urna('day', '--out', 'x', '--election', at('none.json'));
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(at('none.json'));
    expect(await readdir(folder)).not.toContain('x');
  });

  test('an unsound election, with the path of every error at once', async () => {
    const found = JSON.parse(await readFile(SMALL_PATH, 'utf8'));
    found.rules.shareThreshold = 99;
    found.cards[1].organisationId = 'nobody';
    found.calendar.opensAt = 'tomorrow';
    await writeFile(at('unsound.json'), JSON.stringify(found));
    const { code, out, err } = await urna('day', '--out', 'x', '--election', at('unsound.json'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const path of ['shareThreshold', 'cards[1]', 'opensAt']) expect(err).toContain(path);
    expect(await readdir(folder)).not.toContain('x');
  });

  test('an election that the screen has no room for, with the card and its number of options', async () => {
    const small = JSON.parse(await readFile(SMALL_PATH, 'utf8'));
    for (let index = 0; index < 60; index++) {
      const id = `x-${index}`;
      small.candidates.push({ id, contestId: 'nominal', name: `Persona ${index}` });
      small.cards[0].candidateIds.push(id);
    }
    await writeFile(at('crowded.json'), JSON.stringify(small));
    const { code, out, err } = await urna('day', '--out', 'x', '--election', at('crowded.json'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/crowded\.json can not be shown[\s\S]*the card t-1 offers 63 options/);
    expect(await readdir(folder)).not.toContain('x');
  });

  test('an election that is no JSON', async () => {
    await writeFile(at('text.json'), 'election: tomorrow');
    const { code, err } = await urna('day', '--out', 'x', '--election', at('text.json'));
    expect(code).toBe(2);
    expect(err).toContain('$');
  });

  test('a folder that holds something else, and leaves it as it is', async () => {
    await mkdir(at('letters'));
    await writeFile(at('letters/dear.txt'), 'Dear');
    const { code, err } = await urna('day', '--out', at('letters'), '--voters', '1');
    expect(code).toBe(2);
    expect(err).toContain('holds something else');
    expect(await readFile(at('letters/dear.txt'), 'utf8')).toBe('Dear');
    expect(await readdir(at('letters'))).toEqual(['dear.txt']);
  });

  test('a file in the place of the folder', async () => {
    await writeFile(at('file'), '');
    const { code, err } = await urna('day', '--out', at('file'), '--voters', '1');
    expect(code).toBe(2);
    expect(err).toContain('can not be used');
  });
});

describe('urna day', () => {
  const SMALL = ['--election', SMALL_PATH, '--voters', '2', '--seed', '3'];

  test('leaves its artefacts, tells one JSON document, and may be run again into the same folder', async () => {
    const { code, out } = await urna('day', '--out', at('day'), ...SMALL, '--json');
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ seed: 3, voters: 2, ok: true, findings: [] });
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const left = await readdir(at('day'));
    for (const name of [
      ...['zero-report.txt', 'zero-report.png', 'tally-report.txt', 'tally-report.png'],
      ...['result-package.json', 'result-package.sig', 'machine-key.pem'],
      ...['event-log', 'media', 'paper-records'],
    ])
      expect(left).toContain(name);
    const papers = await readdir(at('day/paper-records'));
    expect(papers).toHaveLength(2 * told.paperRecords);

    await writeFile(at('day/paper-records/999.txt'), 'of the day before');
    const again = await urna('day', '--out', at('day'), ...SMALL);
    expect(again.code).toBe(0);
    expect(again.out).toContain('voters, tally, papers, pollbook and urn agree');
    expect(await readdir(at('day/paper-records'))).toEqual(papers);
  });
});

describe('urna measure', () => {
  test.each([
    [['night'], /no area "night"; there is: day/],
    [['day', 'night'], /"night" is one area too many/],
    [['--voters', '0'], /--voters/],
    [['--days', 'many'], /--days/],
  ])('%j is a usage error', async (args, words) => {
    const { code, out, err } = await urna('measure', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
  });

  test('tells figures as one JSON list, and keeps nothing', async () => {
    const { code, out } = await urna('measure', 'day', '--voters', '2', '--json');
    const figures = JSON.parse(out) as readonly Readonly<Record<string, unknown>>[];
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(figures.some(({ ok }) => ok === false) ? 1 : 0);
    expect(figures.length).toBeGreaterThan(8);
    for (const figure of figures) {
      expect(Object.keys(figure)).toEqual([
        'name',
        'unit',
        'median',
        'p99',
        'floor',
        'ratio',
        'n',
        'limit',
        'ok',
      ]);
      expect(figure.median).toBeGreaterThan(0);
    }
  });
});
