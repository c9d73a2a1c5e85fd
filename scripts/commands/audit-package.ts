/** `urna audit package`: one precinct's published package, verified by whoever has it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { auditPackage, packageReport } from '../audit/check-package.ts';
import { findLogs } from '../audit/find-log.ts';
import { MAX_KEY_BYTES, MAX_REPORT_TEXT_BYTES } from '../evidence/site-files.ts';
import { makePackageReader } from '../nation/find-packages.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
} from './audit-kit.ts';
import { folderNamed, keyFor, openToldNation, requireElection } from './national-input.ts';
import { EXIT, MissingError, parseOptions, UsageError } from './options.ts';

const REPORT_FILE = 'tally-report.txt';

const HELP = `usage: scripts/urna audit package FOLDER --election DIR [options]

Verifies one precinct's result package: its form, election, precinct and offer, the machine's signature, the
authority's list and certificate, and the accounts, by the very code that adds the country up; then
${RESULT_FILES.machineKey}, the tally report and the event log against it, where they are there.
FOLDER holds ${RESULT_FILES.package} and ${RESULT_FILES.signature}: a precinct's folder of a published election, a
memory module, or what lies there after a day.

  --election DIR  where election.json, precincts.json and their signatures lie (a published election will do)
  --key FILE      the authority's public key (PEM); without it the one in DIR is trusted, and that is said
  --report FILE   the tally report as text; default: ${REPORT_FILE} in FOLDER
${REPORT_HELP}
                  …: result, the package as it was read

${EXIT_HELP}
`;

/** A file beside the package, when it is there and no larger than such a file may be. */
const beside = (path: string, most: number): Uint8Array | null => {
  if (!existsSync(path)) return null;
  const found = statSync(path);
  if (!found.isFile() || found.size > most)
    throw new UsageError(`${path} is no such file, or larger than ${most} bytes`);
  return new Uint8Array(readFileSync(path));
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      election: { type: 'string' },
      key: { type: 'string' },
      report: { type: 'string' },
      ...REPORT_OPTIONS,
    });
    const folder = folderNamed(positionals, 'FOLDER', 'where the package lies');
    if (values.election === undefined)
      throw new UsageError('--election DIR is missing: what the authority published');
    const election = folderNamed([values.election], 'DIR', 'what the authority published');
    requireElection(election);
    const file = join(folder, RESULT_FILES.package);
    if (!existsSync(file)) throw new MissingError(`no ${RESULT_FILES.package} in ${folder}`);
    if (values.report !== undefined && !existsSync(values.report))
      throw new MissingError(`no ${values.report}`);
    const nation = openToldNation(election, keyFor(election, values.key).key);
    if (nation === null) return EXIT.found;
    const key = beside(join(folder, RESULT_FILES.machineKey), MAX_KEY_BYTES);
    const log = [...findLogs(folder).values()].sort((a, b) => b.length - a.length)[0] ?? null;
    const audit = auditPackage(nation, makePackageReader()(file), {
      machineKey: key === null ? null : Buffer.from(key).toString('latin1'),
      report: beside(values.report ?? join(folder, REPORT_FILE), MAX_REPORT_TEXT_BYTES),
      log,
    });
    return giveReport(
      packageReport(audit, againText('package', args)),
      { result: audit.result },
      values,
    );
  });
