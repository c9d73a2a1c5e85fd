/** What the audits have in common: a report as text, as JSON and as a page; bad input named, nothing written. */
import { writeFileSync } from 'node:fs';
import type { Locale } from '#firmware/election/definition.ts';
import { plainFinding } from '../audit/finding.ts';
import { BadInput } from '../audit/read-table.ts';
import { type AuditReport, tellReport, uncheckedCodes } from '../audit/report.ts';
import { reportPage } from '../audit/report-page.ts';
import { EXIT, oneOf, runCommand, UsageError } from './options.ts';

/** Options of every audit. */
export const REPORT_OPTIONS = {
  html: { type: 'string' },
  json: { type: 'boolean' },
  locale: { type: 'string' },
} as const;

export const REPORT_HELP = `  --locale L      language of report and page: es (default) or en
  --html FILE     also writes the report as one page with charts that needs nothing else
  --json          one JSON document on standard output: {ok, findings:[{code, subject, message}], …};
                  code and subject are the same in every language, message is a sentence in that of --locale`;

export const EXIT_HELP = `exit code: 0 nothing found, 1 something is not as it should be, 2 usage or bad input (nothing is
           written), 3 something that is needed is not there`;

export const writeText = (file: string, content: string | Uint8Array): void => {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    throw new UsageError(
      `${file} can not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
};

type Asked = {
  readonly html?: string | undefined;
  readonly json?: boolean | undefined;
  readonly locale?: string | undefined;
};

/** The language of a report as an option of a command. */
export const localeOf = ({ locale }: Asked, fallback: Locale = 'es'): Locale =>
  oneOf('locale', locale, fallback, ['es', 'en']);

/** Tells the report in the forms that were asked for; `figures`: what else the JSON document holds. */
export const giveReport = (
  report: AuditReport,
  figures: Readonly<Record<string, unknown>>,
  asked: Asked,
): number => {
  const { html, json } = asked;
  const locale = localeOf(asked);
  const unnamed = uncheckedCodes(report);
  if (unnamed.length > 0)
    throw new Error(`findings that belong to no check: ${unnamed.join(', ')}`);
  const { findings } = report;
  const ok = findings.length === 0;
  if (html !== undefined) writeText(html, reportPage(report, locale));
  process.stdout.write(
    json === true
      ? `${JSON.stringify({
          ok,
          findings: findings.map((each) => plainFinding(each, locale)),
          ...figures,
        })}\n`
      : tellReport(report, locale),
  );
  return ok ? EXIT.fine : EXIT.found;
};

const listed = ({ errors }: BadInput): string =>
  `${errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n')}
${errors.length} mistakes; nothing was written
`;

/** `runCommand`, with mistakes in what people brought listed and exit code 2. */
export const runAudit = (
  args: readonly string[],
  help: string,
  body: () => Promise<number>,
): Promise<number> =>
  runCommand(args, help, async () => {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      process.stdout.write(
        args.includes('--json')
          ? `${JSON.stringify({ ok: false, findings: [], errors: error.errors })}\n`
          : listed(error),
      );
      return EXIT.usage;
    }
  });

/** The command that was given, so that a report says how it is made again. */
export const againText = (audit: string, args: readonly string[]): string =>
  `scripts/urna audit ${audit} ${args
    .filter((each) => each !== '--json')
    .map((each) =>
      /^[A-Za-z0-9._/=:,%+-]+$/.test(each) ? each : `'${each.replaceAll("'", "'\\''")}'`,
    )
    .join(' ')}`;
