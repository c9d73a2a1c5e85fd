/**
 * The report of an audit as one HTML page: what was checked, what failed, charts, tables, limits. It needs
 * nothing else: no script, no font, no address.
 */
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

const ROWS_SHOWN = 2_000;
const GOOD = '#35618f';
const BAD = '#8f1d14';

const cell = (value: string | number): Cell =>
  typeof value === 'number' ? figure(String(value)) : words(value);

const more = (count: number): string =>
  count > ROWS_SHOWN ? `<p>and ${count - ROWS_SHOWN} more</p>` : '';

const section = (title: string, body: string): string =>
  `<section><h2>${escaped(title)}</h2>${body}</section>`;

const checksSection = (report: AuditReport): string => {
  const row = (check: Check): readonly Cell[] => {
    const failed = failuresOf(check, report.findings);
    const share = check.done === 0 ? 0 : failed === 0 ? 1 : Math.min(1, failed / check.done);
    return [
      words(check.what),
      drawn(bar(share, failed === 0 ? GOOD : BAD)),
      figure(String(check.done)),
      figure(String(failed)),
    ];
  };
  const heads = [words('check'), drawn(''), figure('checked'), figure('failed')];
  return section('What was checked', table('What was checked', heads, report.checks.map(row)));
};

const findingsSection = ({ findings }: AuditReport): string => {
  const rows = findings
    .slice(0, ROWS_SHOWN)
    .map(({ code, subject, message }) => [words(subject), words(message), words(code)]);
  const heads = ['subject', 'what is wrong', 'code'].map(words);
  return section(
    `What failed (${findings.length})`,
    findings.length === 0
      ? '<p>Nothing.</p>'
      : `${table('What failed', heads, rows)}${more(findings.length)}`,
  );
};

const chartSection = ({ title, note, bars }: Chart): string => {
  const rows = bars
    .slice(0, ROWS_SHOWN)
    .map(({ label, share, text, bad }) => [
      words(label),
      drawn(bar(share, bad === true ? BAD : GOOD)),
      figure(text),
    ]);
  const heads = [words(''), drawn(''), figure('')];
  return section(title, `<p>${escaped(note)}</p>${table(title, heads, rows)}${more(bars.length)}`);
};

const tableSection = ({ title, heads, rows }: ReportTable): string => {
  const numeric = heads.map((_, at) => rows.every((row) => typeof row[at] === 'number'));
  const headCells = heads.map((head, at) => (numeric[at] === true ? figure : words)(head));
  return section(
    title,
    `${table(
      title,
      headCells,
      rows.slice(0, ROWS_SHOWN).map((row) => row.map(cell)),
    )}${more(rows.length)}`,
  );
};

/** HTML 5, UTF-8. */
export const reportPage = (report: AuditReport): string => {
  const { title, facts, findings, limits, again, charts, tables } = report;
  const sound = findings.length === 0;
  const verdict = sound ? 'Nothing was found wrong.' : `${findings.length} findings.`;
  const list = (texts: readonly string[]): string =>
    `<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style></head>
<body>
<header><h1>${escaped(title)}</h1>
<p class="${sound ? 'complete' : 'partial'}">${escaped(verdict)}</p>
${facts.map(([name, value]) => `<p>${escaped(name)}: <code>${escaped(value)}</code></p>`).join('\n')}</header>
<main>
${[
  checksSection(report),
  findingsSection(report),
  ...charts.filter(({ bars }) => bars.length > 0).map(chartSection),
  ...tables.filter(({ rows }) => rows.length > 0).map(tableSection),
  limits.length === 0 ? '' : section('What this can not show', list(limits)),
  section('Do it again', `<pre>${escaped(again)}</pre>`),
].join('\n')}
</main>
</body></html>
`;
};
