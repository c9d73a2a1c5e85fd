import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import { run as lookup } from '#scripts/commands/lookup.ts';
import { work as provision } from '#scripts/commands/provision.ts';
import {
  ELECTION,
  edit,
  electionFolder,
  removeFolders,
  removePattern,
  temporary,
  VOTERS_OF,
} from './folders.ts';

const RELEASE = '0'.repeat(64);
const IDS = ELECTION.precincts.map(precinctIdOf);

/** Runs a command; its exit code, and what it wrote. */
const running = async (command: typeof provision, ...args: readonly string[]) => {
  const written = { out: '', err: '' };
  const catching = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    written[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(catching('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(catching('err'));
  try {
    return { code: await command(args), ...written };
  } finally {
    vi.restoreAllMocks();
  }
};

afterEach(removeFolders);
afterAll(removePattern);

const provisioned = async (): Promise<string> => {
  const out = join(temporary(), 'out');
  const done = await running(provision, electionFolder(), '--out', out, '--release', RELEASE);
  expect(done.code).toBe(0);
  return out;
};

describe('urna provision', () => {
  test('says with --json what it made, and else what to do next', async () => {
    const out = join(temporary(), 'out');
    const args = [electionFolder(), '--out', out, '--release', RELEASE, '--seed', '1'];
    const { code, out: json } = await running(provision, ...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(json)).toEqual({ precincts: IDS, machineCodes: [], errors: [] });
    const told = await running(
      provision,
      electionFolder(),
      '--out',
      join(out, '..', 'two'),
      '--release',
      RELEASE,
    );
    expect(told.out).toContain('4 units have no certificate yet');
  });

  test('lists every mistake with its place, writes nothing and exits with 2', async () => {
    const folder = electionFolder();
    edit(folder, 'precincts.csv', (text) => text.replace(/,12,/g, ',0,'));
    const out = join(temporary(), 'out');
    const { code, out: json } = await running(
      provision,
      folder,
      '--out',
      out,
      '--release',
      RELEASE,
      '--json',
    );
    expect(code).toBe(2);
    const { errors, precincts } = JSON.parse(json);
    expect(precincts).toEqual([]);
    expect(errors).toContainEqual({
      path: 'precincts.csv:2:registered',
      message: 'must be between 1 and 2000, is 0',
    });
    expect(existsSync(out)).toBe(false);
  });

  test('makes an election up that it can provision', async () => {
    const made = join(temporary(), 'made');
    const { code } = await running(
      provision,
      '--made-up',
      '--precincts',
      '3',
      '--pollbooks',
      '1',
      '--seed',
      'x',
      '--out',
      made,
    );
    expect(code).toBe(0);
    expect(readdirSync(join(made, 'pollbooks')).length).toBe(1);
    const out = join(temporary(), 'out');
    const whole = await running(provision, made, '--out', out, '--release', RELEASE);
    expect(whole.code).toBe(2);
    const part = await running(provision, made, '--out', out, '--release', RELEASE, '--partly');
    expect(part.code).toBe(0);
  });

  test('certifies a unit by the request that it left', async () => {
    const out = await provisioned();
    const identities = temporary();
    writeFileSync(
      join(identities, `${IDS[0]}.json`),
      JSON.stringify({ machineKey: 'ab'.repeat(32) }),
    );
    const key = join(out, 'secret', 'authority-private-key.pem');
    const { code, out: json } = await running(
      provision,
      '--certify',
      out,
      '--identities',
      identities,
      '--key',
      key,
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(json)).toMatchObject({ precincts: [IDS[0]], errors: [] });
    expect(JSON.parse(json).machineCodes.length).toBe(1);
  });

  test('erases after the legal period, before it only when told', async () => {
    const out = join(temporary(), 'out');
    const later = ['--keep-until', '2999-01-01T00:00:00-04:00'];
    await running(provision, electionFolder(), '--out', out, '--release', RELEASE, ...later);
    const early = await running(provision, '--erase', out);
    expect(early.code).toBe(2);
    expect(early.err).toContain('is to be kept until 2999-01-01T00:00:00-04:00');
    expect(existsSync(join(out, 'rosters', `${IDS[0]}.html`))).toBe(true);
    const now = await running(provision, '--erase', out, '--now', '--json');
    expect(now.code).toBe(0);
    expect(JSON.parse(now.out).erased).toContainEqual({ what: 'rosters', files: 4 });
    const [{ nationalId = '' } = {}] = VOTERS_OF(0);
    expect((await running(lookup, nationalId, '--in', out)).code).toBe(3);
    // What is past its time is erased without more words.
    const past = await provisioned();
    expect((await running(provision, '--erase', past)).code).toBe(0);
  });

  test.each([
    [[], 'say one of'],
    [['a', '--made-up'], 'say one of'],
    [['--made-up'], '--out DIR is missing'],
    [['--made-up', '--out', 'x', '--precincts', '0'], '--precincts is a whole number'],
    [['.', '--out', 'x', '--release', 'ff'], '--release is 64 hex digits'],
    [['.', '--out', 'x', '--keep-until', 'soon'], '--keep-until is a time'],
    [['--certify', '.', '--key', 'k'], '--identities DIR is missing'],
    [['--erase', '.'], 'neither a folder that provision wrote nor an election'],
  ])('%j is told what is wrong with it', async (args, message) => {
    const { code, err } = await running(provision, ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('a folder that can not be written is named, and nothing is left', async () => {
    const folder = temporary();
    writeFileSync(join(folder, 'file'), '');
    const made = ['--made-up', '--precincts', '1', '--out'];
    const below = await running(provision, ...made, join(folder, 'file', 'out'));
    expect(below.code).toBe(2);
    expect(below.err).toMatch(/--out .* can not be written: .*; nothing was left there/);
    expect((await running(provision, ...made, join(folder, 'file'))).code).toBe(2);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('an election that is not there is missing, not wrong', async () => {
    const { code, err } = await running(provision, join(temporary(), 'none'), '--out', 'x');
    expect(code).toBe(3);
    expect(err).toContain('no election at');
  });
});

describe('urna lookup', () => {
  test('tells a voter the place, the precinct and its last two digits, and no name', async () => {
    const root = await provisioned();
    const [voter] = VOTERS_OF(1);
    const { code, out } = await running(lookup, voter!.nationalId, '--in', root);
    expect(code).toBe(0);
    expect(out).toBe(
      `${ELECTION.places[0]!.code} ${ELECTION.places[0]!.name}, ${ELECTION.places[0]!.address}\nprecinct (mesa) 02, last two digits 50 to 61\n`,
    );
    const json = await running(lookup, voter!.nationalId, '--in', root, '--json');
    expect(JSON.parse(json.out)).toEqual({
      pollingPlace: ELECTION.places[0]!.code,
      name: ELECTION.places[0]!.name,
      address: ELECTION.places[0]!.address,
      precinct: '02',
      lastTwoDigits: [50, 61],
    });
  });

  test('nobody is 1, no ID is 2, an index that is something else is 2, no folder is 3', async () => {
    const root = await provisioned();
    expect((await running(lookup, '99999', '--in', root)).code).toBe(1);
    expect((await running(lookup, 'x', '--in', root)).code).toBe(2);
    expect((await running(lookup, '99999', '--in', temporary())).code).toBe(3);
    writeFileSync(join(root, 'lookup', 'voters'), 'x'.repeat(5000));
    const broken = await running(lookup, '99999', '--in', root);
    expect(broken.code).toBe(2);
    expect(broken.err).toContain('is no index of voters');
  });
});
