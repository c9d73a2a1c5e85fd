/** Cast vote records of a test election: NIST's form, tabulated again, refused for any other election. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import {
  RESULT_FILES,
  RESULT_FORMAT,
  type ResultPackage,
  resultContests,
  resultFiles,
} from '#firmware/vault/result-package.ts';
import { scriptFor } from '#scripts/audit/mock/robots.ts';
import { mockElection } from '#scripts/audit/mock/script.ts';
import { checkRecords, recordsReport } from '#scripts/audit/records/check-records.ts';
import { cvrReport } from '#scripts/audit/records/cvr-report.ts';
import { readCvr } from '#scripts/audit/records/read-cvr.ts';
import { makeRandom } from '#scripts/day/random.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';

const SEED = '20598147036618275930';
const AT = '2026-11-28T12:00:00Z';
const DEFINITION = mockElection(loadOwnDefinition(SMALL_PATH), true);
const VOTES: readonly CastVote[] = scriptFor({
  definition: DEFINITION,
  voters: 40,
  seed: SEED,
}).voters;

const documentOf = (votes: readonly CastVote[]): Record<string, unknown> => {
  const report = cvrReport(DEFINITION, votes, AT);
  if (!report.ok) throw new Error(report.error);
  return JSON.parse(JSON.stringify(report.value));
};
const problemsIn = (json: unknown, definition = DEFINITION): readonly string[] => {
  const problems: string[] = [];
  readCvr(json, definition, (path) => problems.push(path));
  return problems;
};

describe('the document', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../vectors/nist-1500-103-v1.schema.json', import.meta.url), 'utf8'),
  );
  // Draft 4 differs from draft 7 in nothing that this schema uses but its `$schema` line.
  const { $schema, ...definitions } = schema;
  const ajv = new Ajv({
    strict: false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
      byte: true,
      uri: true,
    },
  });
  const validate = ajv.compile(definitions);

  test('is a CastVoteRecordReport by the schema', () => {
    validate(documentOf(VOTES));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('gives back the same sums, whatever the order of the papers was, and says nothing of it', () => {
    const shuffled = makeRandom(makeSeededEntropy(1, 'papers')).shuffle(VOTES);
    expect(documentOf(shuffled)).toEqual(documentOf(VOTES));
    const back = readCvr(documentOf(shuffled), DEFINITION, () => expect.fail());
    expect(tabulate(DEFINITION, back)).toEqual(tabulate(DEFINITION, VOTES));
  });

  test('is refused for an election that is no test, in writing and in reading', () => {
    const real = { ...DEFINITION, test: false };
    expect(cvrReport(real, VOTES, AT).ok).toBe(false);
    expect(problemsIn(documentOf(VOTES), real)).toEqual(['$']);
  });
});

describe('a document that is not as it must be', () => {
  type Doc = { CVR: { CVRSnapshot: { CVRContest: Record<string, unknown>[] }[] }[] } & Record<
    string,
    unknown
  >;
  const changed = (change: (document: Doc) => void): unknown => {
    const document = documentOf(VOTES) as Doc;
    change(document);
    return document;
  };
  const contestOf = (document: Doc) =>
    document.CVR.flatMap(({ CVRSnapshot }) => CVRSnapshot[0]!.CVRContest).find(
      ({ Selections }) => Selections === 1,
    )! as { CVRContestSelection: Record<string, unknown>[] };
  test.each([
    ['nothing', () => null, '$.@type'],
    ['a list', () => [], '$.@type'],
    [
      'another version',
      () =>
        changed((d) => {
          d.Version = '2.0.0';
        }),
      '$.Version',
    ],
    [
      'another election',
      () =>
        changed((d) => {
          d.Election = [{ '@id': 'x' }];
        }),
      '$.Election[0].@id',
    ],
    [
      'an unknown style',
      () =>
        changed((d) => {
          (d.CVR[0] as Record<string, unknown>).BallotStyleId = 'x';
        }),
      '$.CVR[0].BallotStyleId',
    ],
    [
      'no current snapshot',
      () =>
        changed((d) => {
          (d.CVR[0] as Record<string, unknown>).CurrentSnapshotId = 'x';
        }),
      '$.CVR[0].CurrentSnapshotId',
    ],
    [
      'a contest twice',
      () =>
        changed((d) => {
          const { CVRContest } = d.CVR[0]!.CVRSnapshot[0]!;
          CVRContest.push(CVRContest[0]!);
        }),
      '$.CVR[0].CVRContest',
    ],
    [
      'a contest too few',
      () =>
        changed((d) => {
          d.CVR[0]!.CVRSnapshot[0]!.CVRContest.pop();
        }),
      '$.CVR[0].CVRContest',
    ],
    [
      'a foreign contest',
      () =>
        changed((d) => {
          d.CVR[0]!.CVRSnapshot[0]!.CVRContest[0]!.ContestId = 'x';
        }),
      '$.CVR[0].CVRContest[0]',
    ],
    [
      'a foreign option',
      () =>
        changed((d) => {
          contestOf(d).CVRContestSelection[0]!.ContestSelectionId = 'x';
        }),
      'CVRContestSelection[0]',
    ],
    [
      'an option twice',
      () =>
        changed((d) => {
          const { CVRContestSelection: all } = contestOf(d);
          all.push(all[0]!);
        }),
      '$.CVR[',
    ],
  ])('%s is named with its path', (_, make, path) => {
    const problems = problemsIn(make());
    expect(problems.some((each) => each.includes(path))).toBe(true);
  });
});

const MACHINE = makeEd25519KeyPair(makeSeededEntropy(1, 'machine'));
const resultWith = (changes: Partial<ResultPackage> = {}) => {
  const result: ResultPackage = {
    format: RESULT_FORMAT,
    election: DEFINITION.id,
    test: true,
    pollingPlaceCode: DEFINITION.precinct.pollingPlaceCode,
    precinctNumber: DEFINITION.precinct.number,
    reportId: DEFINITION.precinct.reportId,
    ballots: VOTES.length,
    contests: resultContests(tabulate(DEFINITION, VOTES)),
    authentication: {
      match: VOTES.length,
      noMatch: 0,
      noStoredPrint: 0,
      noUpperLimbs: 0,
      overrides: 0,
      votersMarked: VOTES.length,
      registered: VOTES.length,
    },
    reprints: 0,
    spoils: 0,
    copies: 1,
    machineCode: machineCode({
      releaseDigest: new Uint8Array(32),
      packageDigest: new Uint8Array(32),
      identityPublicKey: MACHINE.publicKey,
    }),
    logHead: '0'.repeat(64),
    machineKey: Buffer.from(MACHINE.publicKey).toString('hex'),
    certificate: null,
    ...changes,
  };
  const files = resultFiles(result, MACHINE);
  return {
    bytes: files[RESULT_FILES.package]!,
    signature: files[RESULT_FILES.signature]!,
    machineKey: new TextDecoder().decode(files[RESULT_FILES.machineKey]),
  };
};
const LANGUAGES = makeLanguageCheck(['other', ...DEFINITION.contests.map(({ id }) => id)]);
const codes = (votes: readonly CastVote[], evidence = resultWith()): readonly string[] => {
  const findings = checkRecords(DEFINITION, votes, evidence);
  LANGUAGES.hold(recordsReport(DEFINITION, votes, findings, 'scripts/urna audit records x'));
  return [...new Set(findings.map(({ code }) => code))];
};

describe('records against a package', () => {
  test('that agree have no finding', () => expect(codes(VOTES)).toEqual([]));
  test('one record less is named', () =>
    expect(codes(VOTES.slice(1))).toEqual(expect.arrayContaining(['records.ballots'])));
  test('a vote moved to another option is named', () => {
    const at = VOTES.findIndex(({ marks }) => marks[0]!.length === 1);
    const moved = VOTES.map((vote, index) =>
      index === at
        ? {
            ...vote,
            marks: vote.marks.map((each, contest) =>
              contest === 0 ? [each[0] === 0 ? 1 : 0] : each,
            ),
          }
        : vote,
    );
    expect(codes(moved)).toEqual(['records.votes']);
  });
  test('a vote that the records do not have is named, and its null', () => {
    const at = VOTES.findIndex(({ marks }) => marks[0]!.length === 1);
    const less = VOTES.map((vote, index) =>
      index === at
        ? { ...vote, marks: vote.marks.map((each, contest) => (contest === 0 ? [] : each)) }
        : vote,
    );
    expect(codes(less)).toEqual(['records.nulls', 'records.votes']);
  });
  test('a package that its machine did not sign, or of another election, is named', () => {
    expect(codes(VOTES, { ...resultWith(), signature: new Uint8Array(64) })).toEqual([
      'records.signature',
    ]);
    expect(codes(VOTES, { ...resultWith(), machineKey: 'x' })).toEqual(['records.signature']);
    expect(codes(VOTES, resultWith({ election: 'other' }))).toEqual(['records.otherElection']);
  });
  test('a contest that the package does not have is named', () => {
    const [, ...contests] = resultContests(tabulate(DEFINITION, VOTES));
    expect(codes(VOTES, resultWith({ contests }))).toEqual(['records.nulls', 'records.votes']);
  });
  test('every code was told in both languages', () =>
    expect(LANGUAGES.untold(recordsReport(DEFINITION, VOTES, [], ''))).toEqual([]));
});

describe('the commands', () => {
  const root = mkdtempSync(join(tmpdir(), 'urna-records-'));
  const at = (name: string): string => join(root, name);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const prepare = (name: string, ...more: readonly string[]) =>
    urna(
      'audit',
      'mock',
      '--prepare',
      at(name),
      '--seed',
      SEED,
      '--election',
      SMALL_PATH,
      '--voters',
      '6',
      ...more,
    );
  beforeAll(() => {
    expect(prepare('rehearsal', '--rehearsal').code).toBe(0);
    const robots = urna(
      'audit',
      'mock',
      at('rehearsal'),
      '--robots',
      '--out',
      at('out'),
      '--cvr',
      at('cvr.json'),
    );
    expect(robots.out).toContain('sin hallazgos');
  });
  const run = (file: string, ...more: readonly string[]) =>
    urna(
      'audit',
      'records',
      file,
      '--election',
      join(at('rehearsal'), 'election.json'),
      '--result',
      at('out'),
      '--json',
      ...more,
    );

  test('papers that robots left, as records, give the tally of the machine', () => {
    const { code, out } = run(at('cvr.json'));
    expect(JSON.parse(out)).toMatchObject({ ok: true, findings: [], records: 6 });
    expect(code).toBe(0);
  });

  test('a record taken out is found; a page says so', () => {
    const document = JSON.parse(readFileSync(at('cvr.json'), 'utf8'));
    writeFileSync(at('less.json'), JSON.stringify({ ...document, CVR: document.CVR.slice(1) }));
    expect(run(at('less.json'), '--html', at('page.html')).code).toBe(1);
    expect(readFileSync(at('page.html'), 'utf8')).toContain('6 boletas, 5 registros');
  });

  test.each([
    ['cut', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['nested deep', () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['in UTF-16', (text: string) => Buffer.from(text, 'utf16le')],
  ])('a file that is %s: named, nothing written, exit code 2', (_, change) => {
    writeFileSync(at('bad.json'), change(readFileSync(at('cvr.json'), 'utf8')));
    const { code, out } = run(at('bad.json'), '--html', at('never.html'));
    expect(code).toBe(2);
    expect(JSON.parse(out).errors[0].path).toContain('bad.json');
    expect(existsSync(at('never.html'))).toBe(false);
  });

  test('a mock election of the real kind gives no records', () => {
    expect(prepare('real').code).toBe(0);
    const { code, err } = urna('audit', 'mock', at('real'), '--robots', '--cvr', at('real.json'));
    expect(code).toBe(2);
    expect(err).toContain('rare patterns of marks are signatures');
    expect(existsSync(at('real.json'))).toBe(false);
  });
});
