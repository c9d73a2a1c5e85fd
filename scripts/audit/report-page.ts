/**
 * The report of an audit as one HTML page: what was checked, what failed, charts, tables, limits. It needs
 * nothing else: no script, no font, no address.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { bar, escaped } from '../nation/charts.ts';
import { type Cell, drawn, figure, table, words } from '../nation/page-table.ts';
import { PAGE_STYLE } from '../nation/result-style.ts';
import {
  type AuditReport,
  type Chart,
  type Check,
  failuresOf,
  type ReportTable,
} from './report.ts';
import { type Said, says, tell } from './words/phrase.ts';

const ROWS_SHOWN = 2_000;
const GOOD = '#35618f';
const BAD = '#8f1d14';
/** With large text, keys and digests break rather than push what is wrong out of sight. */
const NARROW_STYLE = '@media (max-width:40rem){td:not(.figure){overflow-wrap:anywhere}}\n';

type Tell = (said: Said) => string;

const section = (title: string, body: string): string =>
  `<section><h2>${escaped(title)}</h2>${body}</section>`;

const more = (told: Tell, count: number): string =>
  count > ROWS_SHOWN ? `<p>${escaped(told(says('more', { count: count - ROWS_SHOWN })))}</p>` : '';

const checksSection = (report: AuditReport, told: Tell): string => {
  const row = (check: Check): readonly Cell[] => {
    const failed = failuresOf(check, report.findings);
    const share = check.done === 0 ? 0 : failed === 0 ? 1 : Math.min(1, failed / check.done);
    return [
      words(told(check.what)),
      drawn(bar(share, failed === 0 ? GOOD : BAD)),
      figure(String(check.done)),
      figure(String(failed)),
    ];
  };
  const heads = [
    words(told(says('page.check'))),
    drawn(''),
    figure(told(says('page.done'))),
    figure(told(says('page.failed'))),
  ];
  const title = told(says('page.checks'));
  return section(title, table(title, heads, report.checks.map(row)));
};

const findingsSection = ({ findings }: AuditReport, told: Tell): string => {
  const rows = findings
    .slice(0, ROWS_SHOWN)
    .map(({ code, subject, message }) => [words(told(subject)), words(told(message)), words(code)]);
  const heads = (['page.subject', 'page.wrong', 'page.code'] as const).map((key) =>
    words(told(says(key))),
  );
  return section(
    told(says('page.findings', { count: findings.length })),
    findings.length === 0
      ? `<p>${escaped(told(says('page.none')))}</p>`
      : `${table(told(says('page.findingsTable')), heads, rows)}${more(told, findings.length)}`,
  );
};

const chartSection = ({ title, note, bars }: Chart, told: Tell): string => {
  const rows = bars
    .slice(0, ROWS_SHOWN)
    .map(({ label, share, text, bad }) => [
      words(told(label)),
      drawn(bar(share, bad === true ? BAD : GOOD)),
      figure(told(text)),
    ]);
  const heads = [words(''), drawn(''), figure('')];
  const name = told(title);
  return section(
    name,
    `<p>${escaped(told(note))}</p>${table(name, heads, rows)}${more(told, bars.length)}`,
  );
};

const tableSection = ({ title, heads, rows }: ReportTable, told: Tell): string => {
  const numeric = heads.map((_, at) => rows.every((row) => typeof row[at] === 'number'));
  // The first cell of a row is its heading, and stands to the left.
  const headCells = heads.map((head, at) =>
    (at > 0 && numeric[at] === true ? figure : words)(told(head)),
  );
  const cell = (value: Said): Cell => (typeof value === 'number' ? figure : words)(told(value));
  const shown = rows.slice(0, ROWS_SHOWN).map((row) => row.map(cell));
  const name = told(title);
  return section(name, `${table(name, headCells, shown)}${more(told, rows.length)}`);
};

/** HTML 5, UTF-8. */
export const reportPage = (report: AuditReport, locale: Locale): string => {
  const { title, facts, findings, limits, again, charts, tables } = report;
  const told: Tell = (said) => tell(locale, said);
  const html: Tell = (said) => escaped(told(said));
  const sound = findings.length === 0;
  const verdict = sound ? says('page.sound') : says('page.count', { count: findings.length });
  const list = limits.map((each) => `<li>${html(each)}</li>`).join('');
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(title)}</title>
<style>${PAGE_STYLE}${NARROW_STYLE}</style></head>
<body>
<header><h1>${html(title)}</h1>
<p class="${sound ? 'complete' : 'partial'}">${html(verdict)}</p>
${facts.map(([name, value]) => `<p>${html(name)}: <code>${html(value)}</code></p>`).join('\n')}</header>
<main>
${[
  checksSection(report, told),
  findingsSection(report, told),
  ...charts.filter(({ bars }) => bars.length > 0).map((chart) => chartSection(chart, told)),
  ...tables.filter(({ rows }) => rows.length > 0).map((each) => tableSection(each, told)),
  limits.length === 0 ? '' : section(told(says('page.limits')), `<ul>${list}</ul>`),
  section(told(says('page.again')), `<pre>${escaped(again)}</pre>`),
].join('\n')}
</main>
</body></html>
`;
};
