/** `urna verify-report`: a photographed tally report, checked without the machine and without a network. */
import { readFileSync, statSync } from 'node:fs';
import type { SignedTally } from '#firmware/paper/qr-payloads.ts';
import { readAuthorityKey } from '../evidence/read-key.ts';
import { reportProblemText } from '../evidence/report-words.ts';
import { checkReportText, REPORT_TEXT_MOST, type ReportCheck } from '../evidence/verify-report.ts';
import { EXIT, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna verify-report TEXT... --key FILE [options]

Checks a tally report from the texts of its QR codes: that the authority certified the machine for the
precinct, that the machine signed these totals, that they add up, and that the public line says the
same. TEXT is what a phone read from a code (in quotes, any order, one or more), a file with such
texts (a report as text will do), or - for standard input. Nothing else is needed.

  --key FILE    the authority's public key (PEM)
  --json        one JSON document on standard output: {ok, failures:[{code, file}], tally}

exit code: 0 the report is sound, 1 it is not, 2 usage
`;

const isFile = (name: string): boolean => {
  try {
    return statSync(name).isFile();
  } catch {
    return false;
  }
};

const readText = (given: string): string => {
  if (given !== '-' && !isFile(given)) return given;
  try {
    return readFileSync(given === '-' ? 0 : given, 'utf8').slice(0, REPORT_TEXT_MOST);
  } catch (cause) {
    throw new UsageError(
      `${given} can not be read: ${cause instanceof Error ? cause.message : ''}`,
    );
  }
};

/** Options that got votes, by their place on the ballot; a ballot of 110 cards has long rows of zeros. */
const marked = (votes: readonly number[]): string =>
  votes.flatMap((count, index) => (count > 0 ? [`no. ${index + 1}: ${count}`] : [])).join(', ');

const figuresOf = (tally: SignedTally): string =>
  [
    `precinct     ${tally.pollingPlaceCode}.${tally.precinct}, report ${tally.reportId}`,
    `election     ${tally.electionId}`,
    `machine      ${tally.machineCode}`,
    `log head     ${tally.logHead}`,
    `ballots      ${tally.ballots} of ${tally.authentication.registered} registered voters`,
    `papers       ${tally.counters.reprints} reprints and ${tally.counters.spoils} spoils in the envelope`,
    ...tally.contests.flatMap(({ contestId, votes, nulls }) => [
      `${contestId}, ${votes.length} options, votes by place on the ballot`,
      `             ${[marked(votes), `null: ${nulls}`].filter((part) => part !== '').join(', ')}`,
    ]),
    '',
  ].join('\n');

const tell = ({ tally, failures }: ReportCheck): string => {
  const found = failures
    .map((failure) => `NOT SOUND  ${failure.code}: ${reportProblemText(failure)}\n`)
    .join('');
  const verdict = failures.length === 0 ? 'sound: certified, signed, and it adds up\n' : found;
  return `${tally === null ? '' : figuresOf(tally)}${verdict}`;
};

/** A tally with its bytes in hex, as JSON can carry it. */
const plain = (tally: SignedTally | null) =>
  tally && {
    ...tally,
    machineKey: Buffer.from(tally.machineKey).toString('hex'),
    certificate: Buffer.from(tally.certificate).toString('hex'),
    keyCertificate: Buffer.from(tally.keyCertificate).toString('hex'),
    packageSignature: Buffer.from(tally.packageSignature).toString('hex'),
  };

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0)
      throw new UsageError('TEXT is missing: what the codes say, a file with it, or -');
    const key = readAuthorityKey(values.key);
    const check = checkReportText(positionals.map(readText).join('\n'), key);
    const failures = check.failures.map((failure) => ({
      code: failure.code,
      file: positionals.length === 1 && isFile(positionals[0] ?? '') ? positionals[0] : 'TEXT',
      detail: reportProblemText(failure),
    }));
    const ok = failures.length === 0;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ ok, failures, tally: plain(check.tally) })}\n`
        : tell(check),
    );
    return ok ? EXIT.fine : EXIT.found;
  });
