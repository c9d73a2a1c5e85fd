/** `urna audit records`: cast vote records of a test election, tabulated again. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { fileText, withoutMistakes } from '../audit/read-table.ts';
import { checkRecords, recordsReport } from '../audit/records/check-records.ts';
import { MAX_CVR_BYTES, readCvr } from '../audit/records/read-cvr.ts';
import { findPackages, makePackageReader } from '../nation/find-packages.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
} from './audit-kit.ts';
import { folderNamed } from './national-input.ts';
import { MissingError, parseOptions, UsageError } from './options.ts';
import { readElection } from './read-election.ts';

const HELP = `usage: scripts/urna audit records FILE --election F --result FOLDER [options]

Tabulates cast vote records again (NIST SP 1500-103, as "audit mock --cvr" writes them) and compares the sums with
a machine's result package. For test elections alone: of any other, cast vote records do not leave the urn.

  --election F     the election definition (JSON)
  --result FOLDER  where ${RESULT_FILES.package}, its .sig and ${RESULT_FILES.machineKey} lie, at any depth
${REPORT_HELP}
                   …: records

${EXIT_HELP}
`;

const evidenceIn = (folder: string) => {
  const [file] = findPackages(folder);
  if (file === undefined) throw new MissingError(`no ${RESULT_FILES.package} below ${folder}`);
  const read = makePackageReader()(file);
  if (!read.ok) throw new UsageError(`${file}: ${read.code}: ${read.detail}`);
  const key = join(dirname(file), RESULT_FILES.machineKey);
  if (!existsSync(key)) throw new MissingError(`no ${key}`);
  return { ...read, machineKey: readFileSync(key, 'latin1') };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      election: { type: 'string' },
      result: { type: 'string' },
      ...REPORT_OPTIONS,
    });
    const [file, extra] = positionals;
    if (file === undefined) throw new UsageError('FILE is missing: the cast vote records');
    if (extra !== undefined) throw new UsageError(`"${extra}" is one too many`);
    if (values.election === undefined) throw new UsageError('--election F is missing');
    if (values.result === undefined) throw new UsageError('--result FOLDER is missing');
    if (!existsSync(file)) throw new MissingError(`no ${file}`);
    const definition = readElection(values.election);
    const evidence = evidenceIn(folderNamed([values.result], 'FOLDER', "the machine's result"));
    const votes = withoutMistakes((report) => {
      const text = fileText(file, MAX_CVR_BYTES, report);
      const json = text === null ? null : jsonOf(text);
      if (json === undefined) report(file, 'is not JSON, or was cut');
      return text === null || json === undefined
        ? []
        : readCvr(json, definition, (path, message) => report(`${file}: ${path}`, message));
    });
    const findings = checkRecords(definition, votes, evidence);
    return giveReport(
      recordsReport(definition, votes, findings, againText('records', args)),
      { records: votes.length },
      values,
    );
  });
