/** `urna audit mock`: an election with a known answer, voted at the machine's own screen. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { compareMock, type MockEvidence, mockReport, readTexts } from '../audit/mock/compare.ts';
import {
  MOCK_VOTERS_MOST,
  mockFolder,
  type ReadMock,
  readMock,
  readPapers,
} from '../audit/mock/folder.ts';
import { authorityKeyOf, runMock } from '../audit/mock/robots.ts';
import { mockElection } from '../audit/mock/script.ts';
import { withoutMistakes } from '../audit/read-table.ts';
import { cvrReport, NOT_A_TEST } from '../audit/records/cvr-report.ts';
import { DEMO_PATH } from '../elections/load.ts';
import { readAuthorityKey } from '../evidence/read-key.ts';
import { MAX_KEY_BYTES, MAX_REPORT_TEXT_BYTES } from '../evidence/site-files.ts';
import { findPackages, makePackageReader } from '../nation/find-packages.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  localeOf,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
  writeText,
} from './audit-kit.ts';
import { seedOf } from './audit-sample.ts';
import { folderNamed } from './national-input.ts';
import { EXIT, MissingError, parseOptions, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const VOTERS = 25;

const HELP = `usage: scripts/urna audit mock --prepare DIR --seed DIGITS [--election F] [--voters N] [--rehearsal]
       scripts/urna audit mock DIR --robots [--out FOLDER] [options]
       scripts/urna audit mock DIR --result FOLDER [--papers FILE] [--envelope N] [--key FILE] [options]

A mock election, from the ceremony to the signed result, of which everybody knows beforehand what must come
out. It is of the real kind, signed by the authority for this audit; names alone say PRUEBA, so that the machine
goes its usual way and can not know. The votes are drawn from public dice.

  --prepare DIR   writes election.json (to provision), script.html (to print; in the election's language, or that
                  of --locale), known-answer.json, papers.csv
  --seed DIGITS   what dice showed
  --election F    the election that is imitated (JSON); default: the demo election, 107 cards
  --voters N      1 to ${MOCK_VOTERS_MOST}; default ${VOTERS}
  --rehearsal     a test by its kind too, which the machine can know; only then is there --cvr
  --robots        robots hold the day on the firmware with emulated devices: eyes on the screen, a finger on
                  the glass; their papers are read one by one
  --out FOLDER    with --robots: also keeps result, report and papers there
  --cvr FILE      with --robots, of a rehearsal: also writes the papers as cast vote records (NIST SP 1500-103)
  --result FOLDER by hand: where ${RESULT_FILES.package}, .sig and ${RESULT_FILES.machineKey} of the unit lie, at any depth
                  (a memory module). To try it without a unit, with a --rehearsal (the bench has files for cells, on
                  which an election of the real kind refuses to open): scripts/urna bench --begin friday
                  --election DIR/election.json --voters N --state STATE, then --result STATE
  --papers FILE   papers.csv, filled in from the box
  --envelope N    papers in the envelope
  --key FILE      the public key of the authority that signed the mock election (PEM); default: that of robots
                  and bench, which is made up
${REPORT_HELP}
                  …: voters, seed, answer, result

${EXIT_HELP}
`;

const smallFile = (path: string, most: number): Uint8Array => {
  if (!existsSync(path)) throw new MissingError(`no ${path}`);
  const found = statSync(path);
  if (!found.isFile() || found.size > most)
    throw new UsageError(`${path} is no such file, or larger than ${most} bytes`);
  return new Uint8Array(readFileSync(path));
};

/** What a unit left in a folder, at any depth. */
const evidenceIn = (
  folder: string,
): Pick<MockEvidence, 'bytes' | 'signature' | 'machineKey' | 'report'> => {
  const [file] = findPackages(folder);
  if (file === undefined) throw new MissingError(`no ${RESULT_FILES.package} below ${folder}`);
  const read = makePackageReader()(file);
  if (!read.ok) throw new UsageError(`${file}: ${read.code}: ${read.detail}`);
  const beside = dirname(file);
  const report = join(beside, 'tally-report.txt');
  return {
    bytes: read.bytes,
    signature: read.signature,
    machineKey: Buffer.from(
      smallFile(join(beside, RESULT_FILES.machineKey), MAX_KEY_BYTES),
    ).toString('latin1'),
    report: existsSync(report) ? smallFile(report, MAX_REPORT_TEXT_BYTES) : null,
  };
};

const writeFolder = (folder: string, files: ReadonlyMap<string, string | Uint8Array>): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeText(join(folder, name), content);
  process.stderr.write(`${[...files.keys()].join(', ')} in ${folder}\n`);
};

/** The papers of the box as cast vote records; one that can not be read is a finding, and no record. */
const cvrText = (definition: ElectionDefinition, { papers }: MockEvidence): string => {
  const texts = papers?.kind === 'texts' ? papers.texts : [];
  const votes = readTexts(definition, texts).filter((each) => each !== null);
  const at = `${new Date(systemClock.calendarMs()).toISOString().slice(0, 19)}Z`;
  const report = cvrReport(definition, votes, at);
  if (!report.ok) throw new UsageError(report.error);
  return `${JSON.stringify(report.value, null, 1)}\n`;
};

const STAGES = {
  provisioning: 'keys and pollbook',
  ceremony: 'Friday: ceremony',
  opening: 'Sunday: opening',
  voting: 'voters of the script',
  closing: 'closing',
  counting: 'counting',
  transmission: 'transmission',
  finished: 'switched off',
} as const;

const byRobots = async (
  { precinct, script }: ReadMock,
  out: string | undefined,
): Promise<MockEvidence> => {
  const progress = makeProgress();
  const { evidence, files } = await runMock(precinct, script, {
    onProgress: (stage, done, of) => progress(STAGES[stage], done, of),
  });
  progress.end();
  if (out !== undefined) writeFolder(out, files);
  return evidence;
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      prepare: { type: 'string' },
      seed: { type: 'string' },
      election: { type: 'string' },
      voters: { type: 'string' },
      rehearsal: { type: 'boolean' },
      robots: { type: 'boolean' },
      cvr: { type: 'string' },
      out: { type: 'string' },
      result: { type: 'string' },
      papers: { type: 'string' },
      envelope: { type: 'string' },
      key: { type: 'string' },
      ...REPORT_OPTIONS,
    });
    if (values.prepare !== undefined) {
      const seed = seedOf(values.seed);
      const voters = wholeNumber('voters', values.voters, VOTERS, 1, MOCK_VOTERS_MOST);
      const definition = mockElection(
        readElection(values.election ?? DEMO_PATH),
        values.rehearsal === true,
      );
      if (existsSync(values.prepare))
        throw new UsageError(`--prepare ${values.prepare} is there already; name a new folder`);
      const locale = localeOf(values, definition.locale);
      writeFolder(values.prepare, mockFolder({ definition, voters, seed }, locale));
      return EXIT.fine;
    }
    const folder = folderNamed(positionals, 'DIR', 'what --prepare wrote');
    const robots = values.robots === true;
    if (robots === (values.result !== undefined))
      throw new UsageError('either --robots, or --result FOLDER: who voted the script?');
    const envelope =
      values.envelope === undefined
        ? null
        : wholeNumber('envelope', values.envelope, 0, 0, 100_000);
    const given = values.key === undefined ? null : readAuthorityKey(values.key);
    const papersFile = values.papers;
    const read = withoutMistakes((report) => {
      const mock = readMock(folder, report);
      const papers =
        mock === null || papersFile === undefined
          ? null
          : { kind: 'counted' as const, ...readPapers(papersFile, mock.script, report) };
      return mock === null ? null : { mock, papers };
    });
    if (read === null) throw new Error('a mistake in the folder was not reported');
    const { mock, papers } = read;
    const { precinct, script } = mock;
    if (values.cvr !== undefined && !(robots && precinct.definition.test))
      throw new UsageError(`--cvr goes with --robots and a rehearsal; else ${NOT_A_TEST}`);
    const evidence: MockEvidence = robots
      ? await byRobots(mock, values.out)
      : {
          ...evidenceIn(folderNamed([values.result ?? ''], 'FOLDER', "the unit's result")),
          authorityKey: given ?? authorityKeyOf(precinct),
          papers,
          envelope,
        };
    const { result, findings } = compareMock(
      precinct.definition,
      script,
      evidence,
      mock.answerChanged,
    );
    if (values.cvr !== undefined) writeText(values.cvr, cvrText(precinct.definition, evidence));
    const { seed, voters } = precinct;
    return giveReport(
      mockReport(
        precinct.definition,
        script,
        { result, findings, evidence, seed, by: robots ? 'robots' : 'hand' },
        againText('mock', args),
      ),
      { voters, seed, answer: script.answer, result },
      values,
    );
  });
