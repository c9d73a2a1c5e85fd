/** A mock election: real in kind, with a known answer; what the machine or the box says otherwise has a name. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import {
  decodeResultPackage,
  precinctId,
  RESULT_FILES,
  type ResultPackage,
  resultFiles,
} from '#firmware/vault/result-package.ts';
import { compareMock, type MockEvidence, mockReport } from '#scripts/audit/mock/compare.ts';
import { type MockPrecinct, type MockRun, runMock, scriptFor } from '#scripts/audit/mock/robots.ts';
import { mockElection } from '#scripts/audit/mock/script.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';

const SEED = '20598147036618275930';
const DEFINITION = mockElection(loadOwnDefinition(SMALL_PATH));
const PRECINCT: MockPrecinct = { definition: DEFINITION, voters: 14, seed: SEED };
const SCRIPT = scriptFor(PRECINCT);

describe('the election', () => {
  test('is of the real kind, sound, and says PRUEBA in its names alone', () => {
    expect(checkDefinition(JSON.parse(JSON.stringify(DEFINITION))).ok).toBe(true);
    expect(DEFINITION.test).toBe(false);
    expect(DEFINITION.title.es).toMatch(/^PRUEBA /);
    const { id, title, test: kind, precinct, ...rest } = DEFINITION;
    const {
      id: _,
      title: __,
      test: ___,
      precinct: ____,
      ...original
    } = loadOwnDefinition(SMALL_PATH);
    expect(rest).toEqual(original);
  });
});

describe('the script', () => {
  test('is the same for everybody with the same dice, and another with others', () => {
    expect(scriptFor(PRECINCT)).toEqual(SCRIPT);
    expect(scriptFor({ ...PRECINCT, seed: '99999999999999999999' })).not.toEqual(SCRIPT);
  });

  test('tries every way to vote, and gives every option a vote', () => {
    expect(new Set(SCRIPT.voters.map(({ way }) => way))).toEqual(
      new Set(['full', 'undervote', 'selectAll', 'null']),
    );
    const { answer } = scriptFor({ ...PRECINCT, voters: 60 });
    for (const { options } of answer) expect(options.every(({ votes }) => votes > 0)).toBe(true);
  });

  test('marks only what a ballot can take', () => {
    for (const { styleId, marks } of scriptFor({ ...PRECINCT, voters: 200 }).voters)
      resolveBallot(DEFINITION, styleId).contests.forEach(({ contest, options }, at) => {
        const candidates = marks[at]!.map((option) => options[option]!.candidateId ?? option);
        expect(candidates.length).toBeLessThanOrEqual(contest.votes);
        expect(new Set(candidates).size).toBe(candidates.length);
      });
  });
});

describe('the machine', () => {
  let run: MockRun;
  let result: ResultPackage;
  beforeAll(async () => {
    run = await runMock(PRECINCT, SCRIPT, { pinCost: { N: 2, r: 1, p: 1 } });
    const decoded = decodeResultPackage(run.evidence.bytes);
    if (!decoded.ok) throw new Error('no result');
    result = decoded.value;
  });

  const LANGUAGES = makeLanguageCheck([
    'other',
    ...Object.values(DEFINITION.title),
    ...DEFINITION.contests.map(({ id }) => id),
  ]);
  const codes = (evidence: MockEvidence, script = SCRIPT, changed = false): readonly string[] => {
    const compared = compareMock(DEFINITION, script, evidence, changed);
    const told = { ...compared, evidence, seed: SEED, by: 'robots' as const };
    LANGUAGES.hold(mockReport(DEFINITION, script, told, 'scripts/urna audit mock x'));
    return [...new Set(compared.findings.map(({ code }) => code))];
  };
  /** A package with these changes, signed by a machine that the same authority certified. */
  const authority = makeEd25519KeyPair(makeSeededEntropy(1, 'another authority'));
  const machine = makeEd25519KeyPair(makeSeededEntropy(1, 'another machine'));
  const forged = (changes: Partial<ResultPackage>): MockEvidence => {
    const changed = { ...result, ...changes };
    const subject = {
      election: changed.election,
      precinct: precinctId(changed),
      machineKey: machine.publicKey,
    };
    const files = resultFiles(
      {
        ...changed,
        machineKey: Buffer.from(machine.publicKey).toString('hex'),
        certificate: Buffer.from(certifyMachine(subject, authority.privateKey)).toString('hex'),
      },
      machine,
    );
    return {
      ...run.evidence,
      bytes: files[RESULT_FILES.package]!,
      signature: files[RESULT_FILES.signature]!,
      machineKey: new TextDecoder().decode(files[RESULT_FILES.machineKey]),
      authorityKey: authority.publicKey,
      report: null,
    };
  };

  test('counts exactly the known answer, and its box holds every paper of the script', () => {
    expect(compareMock(DEFINITION, SCRIPT, run.evidence).findings).toEqual([]);
    expect(result.test).toBe(false);
    expect(run.evidence.papers).toMatchObject({ kind: 'texts' });
  });

  test('that moves one vote is named', () => {
    const contests = result.contests.map((contest, at) => {
      if (at > 0) return contest;
      const from = contest.options.findIndex(({ votes }) => votes > 0);
      const to = (from + 1) % contest.options.length;
      return {
        ...contest,
        options: contest.options.map((option, index) => ({
          ...option,
          votes: option.votes + (index === to ? 1 : index === from ? -1 : 0),
        })),
      };
    });
    expect(codes(forged({ contests }))).toEqual(['mock.votes']);
  });

  test.each([
    [
      'signed by nobody of this authority',
      () => ({ ...forged({}), authorityKey: machine.publicKey }),
      ['mock.signature'],
    ],
    ['edited', () => ({ ...run.evidence, bytes: run.evidence.bytes.slice(1) }), ['mock.signature']],
    ['without a machine key', () => ({ ...run.evidence, machineKey: 'x' }), ['mock.signature']],
    ['of another election', () => forged({ election: 'other' }), ['mock.otherElection']],
    ['that says it is a test', () => forged({ test: true }), ['mock.notReal']],
    [
      'with another number of marks',
      () => forged({ authentication: { ...result.authentication, votersMarked: 3 } }),
      ['mock.marks'],
    ],
    ['with a ballot more', () => forged({ ballots: result.ballots + 1 }), ['mock.ballots']],
    [
      'with a spoil that nobody made',
      () => forged({ spoils: result.spoils + 1 }),
      ['mock.envelope'],
    ],
    [
      'whose report is of another machine',
      () => ({ ...forged({}), report: run.evidence.report }),
      ['mock.report'],
    ],
  ])('a result %s is named', (_, make, expected) => expect(codes(make())).toEqual(expected));

  test('a paper taken away, put in, or not to be read is named', () => {
    const { papers } = run.evidence;
    if (papers?.kind !== 'texts') throw new Error('no papers');
    const withTexts = (texts: readonly string[]) =>
      codes({ ...run.evidence, papers: { kind: 'texts', texts } });
    expect(withTexts(papers.texts.slice(1))).toEqual(['mock.papers']);
    expect(withTexts([...papers.texts, papers.texts[0]!])).toEqual(['mock.papers']);
    expect(withTexts([...papers.texts, 'x'])).toEqual(['mock.unreadable']);
  });

  test('a known answer that somebody changed is named', () =>
    expect(codes(run.evidence, SCRIPT, true)).toEqual(['mock.script']));

  test('a box that people counted otherwise is named', () => {
    const contests = SCRIPT.answer.map((contest) => ({ ...contest, nulls: contest.nulls + 1 }));
    const counted = (ballots: number, all: typeof contests) =>
      codes({ ...run.evidence, papers: { kind: 'counted', contests: all, ballots } });
    expect(counted(SCRIPT.voters.length, contests)).toEqual(['mock.papers']);
    expect(counted(1, contests.slice(1))).toEqual(['mock.papers']);
  });

  test('every code was told in both languages', () => {
    const { evidence } = run;
    const told = { result, findings: [], evidence, seed: SEED, by: 'hand' as const };
    expect(LANGUAGES.untold(mockReport(DEFINITION, SCRIPT, told, ''))).toEqual([]);
  });
});

describe('the command', () => {
  const root = mkdtempSync(join(tmpdir(), 'urna-mock-'));
  const folder = join(root, 'mock');
  const out = join(root, 'out');
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const filled = (): string => {
    const { ballots, contests } = JSON.parse(
      readFileSync(join(folder, 'known-answer.json'), 'utf8'),
    );
    type Contest = {
      id: string;
      nulls: number;
      options: { card: string; candidate: string | null; votes: number }[];
    };
    return [
      'contest,card,candidate,votes',
      `PAPERS,,,${ballots}`,
      ...(contests as Contest[]).flatMap(({ id, nulls, options }) => [
        ...options.map(({ card, candidate, votes }) => `${id},${card},${candidate ?? ''},${votes}`),
        `${id},NULL,,${nulls}`,
      ]),
      '',
    ].join('\n');
  };
  const compare = (text: string, ...more: readonly string[]) => {
    writeFileSync(join(root, 'papers.csv'), text);
    return urna(
      'audit',
      'mock',
      folder,
      '--result',
      out,
      '--papers',
      join(root, 'papers.csv'),
      '--envelope',
      '0',
      ...more,
    );
  };

  beforeAll(() => {
    const prepared = urna(
      'audit',
      'mock',
      '--prepare',
      folder,
      '--seed',
      SEED,
      '--election',
      SMALL_PATH,
      '--voters',
      '8',
    );
    expect(prepared.code).toBe(0);
    const robots = urna(
      'audit',
      'mock',
      folder,
      '--robots',
      '--out',
      out,
      '--html',
      join(root, 'page.html'),
    );
    expect(robots.out).toContain('sin hallazgos');
    expect(robots.code).toBe(0);
  });

  test('prints a script with a row for each voter', () => {
    const page = readFileSync(join(folder, 'script.html'), 'utf8');
    expect(page.match(/<tr><th scope="row">/g)).toHaveLength(8);
    expect(page).toContain('VOTAR NULO');
    expect(readFileSync(join(root, 'page.html'), 'utf8')).toContain('Contado en ');
  });

  test('by hand: the same result and a box counted right have no finding', () => {
    const { code, out: told } = compare(filled(), '--json');
    expect(JSON.parse(told).findings).toEqual([]);
    expect(code).toBe(0);
  });

  test('by hand: a vote that is not in the box, a paper too many in the envelope', () => {
    const wrong = filled().replace(
      /^(.*,NULL,,)(\d+)$/m,
      (_, row, count) => `${row}${Number(count) + 1}`,
    );
    const { code, out: told } = compare(wrong, '--json', '--envelope', '3');
    expect(code).toBe(1);
    expect(JSON.parse(told).findings.map((each: { code: string }) => each.code)).toEqual([
      'mock.papers',
      'mock.envelope',
    ]);
  });

  test.each([
    ['cut', (text: string) => text.slice(0, -2), 'papers.csv'],
    ['doubled', (text: string) => `${text}${text.split('\n')[1]}\n`, 'papers.csv:'],
    ['of another ballot', (text: string) => text.replace('PAPERS', 'x'), 'papers.csv:2'],
    ['without its nulls', (text: string) => text.replace(/^.*NULL.*\n/m, ''), 'papers.csv'],
  ])('papers that are %s: file and line, exit code 2', (_, change, path) => {
    const { code, out: told } = compare(
      change(filled()),
      '--json',
      '--html',
      join(root, 'never.html'),
    );
    expect(code).toBe(2);
    expect(JSON.parse(told).errors[0].path).toContain(path);
    expect(existsSync(join(root, 'never.html'))).toBe(false);
  });

  test('a folder that is no mock audit, an answer that was changed, a result that is missing', () => {
    expect(urna('audit', 'mock', out, '--robots').code).toBe(2);
    expect(urna('audit', 'mock', folder, '--result', folder).code).toBe(3);
    const answer = join(folder, 'known-answer.json');
    const before = readFileSync(answer, 'utf8');
    writeFileSync(answer, before.replace('"ballots": 8', '"ballots": 9'));
    const { code, out: told } = compare(filled().replace('PAPERS,,,9', 'PAPERS,,,8'));
    writeFileSync(answer, before);
    expect(code).toBe(1);
    expect(told).toContain('mock.script');
  });
});
