/**
 * The report of an audit: what was looked at, what was checked and what failed, what it can not show.
 * One shape for every audit, told as text and as a page; a program gets `findings` and the audit's own figures.
 */
import type { Finding } from './finding.ts';

/** A check that was made: of how many things, and the codes of findings that are its failures. */
export type Check = {
  readonly what: string;
  readonly done: number;
  readonly codes: readonly string[];
};

/** A bar of a chart. `share`: 0 to 1. `bad`: in the colour of what failed. */
export type Bar = {
  readonly label: string;
  readonly share: number;
  readonly text: string;
  readonly bad?: boolean;
};

export type Chart = {
  readonly title: string;
  readonly note: string;
  readonly bars: readonly Bar[];
};

export type ReportTable = {
  readonly title: string;
  readonly heads: readonly string[];
  /** Numbers stand to the right. */
  readonly rows: readonly (readonly (string | number)[])[];
};

export type AuditReport = {
  readonly title: string;
  /** What it was made on and with: election, key, files. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly checks: readonly Check[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
  readonly findings: readonly Finding[];
  /** What this audit can not show: said as plainly as what it found. */
  readonly limits: readonly string[];
  /** How anybody does it again. */
  readonly again: string;
};

export const failuresOf = ({ codes }: Check, findings: readonly Finding[]): number =>
  findings.filter(({ code }) => codes.includes(code)).length;

/** Every code of a finding belongs to a check, so that a page never says "0 failed" beside a finding. */
export const uncheckedCodes = ({ checks, findings }: AuditReport): readonly string[] => {
  const known = new Set(checks.flatMap(({ codes }) => codes));
  return [...new Set(findings.map(({ code }) => code))].filter((code) => !known.has(code));
};

const ROWS_TOLD = 40;
const FINDINGS_TOLD = 100;

const beside = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
};

const more = (count: number, shown: number): readonly string[] =>
  count > shown ? [`  and ${count - shown} more`] : [];

const tableLines = ({ title, heads, rows }: ReportTable): readonly string[] => {
  const shown = rows.slice(0, ROWS_TOLD);
  const all = [heads, ...shown].map((row) => row.map(String));
  const widths = heads.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const isNumber = (at: number): boolean => shown.every((row) => typeof row[at] === 'number');
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) =>
        isNumber(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return ['', title, ...all.map((row) => `  ${line(row)}`), ...more(rows.length, ROWS_TOLD)];
};

/** The report as a technician reads it on a terminal. */
export const tellReport = (report: AuditReport): string => {
  const { title, facts, checks, tables, findings, limits, again } = report;
  const verdicts = checks.map((check): readonly [string, string] => {
    const failed = failuresOf(check, findings);
    return [check.what, `${check.done} checked, ${failed === 0 ? 'none' : failed} failed`];
  });
  return [
    title,
    ...beside(facts),
    '',
    ...beside(verdicts),
    ...tables.filter(({ rows }) => rows.length > 0).flatMap(tableLines),
    '',
    ...(limits.length === 0
      ? []
      : ['what this can not show', ...limits.map((each) => `  ${each}`), '']),
    `again: ${again}`,
    ...(findings.length === 0
      ? ['nothing found']
      : [
          `FOUND ${findings.length}`,
          ...findings
            .slice(0, FINDINGS_TOLD)
            .map(({ code, subject, message }) => `  ${code}: ${subject}: ${message}`),
          ...more(findings.length, FINDINGS_TOLD),
        ]),
    '',
  ].join('\n');
};
