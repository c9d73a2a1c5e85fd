/**
 * The report of an audit: what was looked at, what was checked and what failed, what it can not show.
 * One shape for every audit, told as text and as a page in either language; a program gets `findings` and the
 * audit's own figures.
 */
import type { Locale } from '#firmware/election/definition.ts';
import type { Finding } from './finding.ts';
import { type Phrase, type Said, says, tell } from './words/phrase.ts';

/** A check that was made: of how many things, and the codes of findings that are its failures. */
export type Check = {
  readonly what: Phrase;
  readonly done: number;
  readonly codes: readonly string[];
};

/** A bar of a chart. `share`: 0 to 1. `bad`: in the colour of what failed. */
export type Bar = {
  readonly label: Said;
  readonly share: number;
  readonly text: Said;
  readonly bad?: boolean;
};

export type Chart = {
  readonly title: Phrase;
  readonly note: Phrase;
  readonly bars: readonly Bar[];
};

export type ReportTable = {
  readonly title: Phrase;
  readonly heads: readonly Phrase[];
  /** Numbers stand to the right. */
  readonly rows: readonly (readonly Said[])[];
};

export type AuditReport = {
  readonly title: Phrase;
  /** What it was made on and with: election, key, files. */
  readonly facts: readonly (readonly [name: Phrase, value: Said])[];
  readonly checks: readonly Check[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
  readonly findings: readonly Finding[];
  /** What this audit can not show: said as plainly as what it found. */
  readonly limits: readonly Phrase[];
  /** How anybody does it again: a command. */
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

const more = (locale: Locale, count: number, shown: number): readonly string[] =>
  count > shown ? [`  ${tell(locale, says('more', { count: count - shown }))}`] : [];

const tableLines = (locale: Locale, { title, heads, rows }: ReportTable): readonly string[] => {
  const shown = rows.slice(0, ROWS_TOLD);
  const all = [heads, ...shown].map((row) => row.map((each) => tell(locale, each)));
  const widths = heads.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const isNumber = (at: number): boolean => shown.every((row) => typeof row[at] === 'number');
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) =>
        isNumber(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    '',
    tell(locale, title),
    ...all.map((row) => `  ${line(row)}`),
    ...more(locale, rows.length, ROWS_TOLD),
  ];
};

const verdictOf = (check: Check, findings: readonly Finding[]): Phrase => {
  const failed = failuresOf(check, findings);
  const { done } = check;
  return failed === 0 ? says('checkedNone', { done }) : says('checked', { done, failed });
};

/** The report as a technician reads it on a terminal. */
export const tellReport = (report: AuditReport, locale: Locale): string => {
  const { title, facts, checks, tables, findings, limits, again } = report;
  const told = (said: Said): string => tell(locale, said);
  const pairs = (rows: readonly (readonly [Said, Said])[]): readonly string[] =>
    beside(rows.map(([name, value]) => [told(name), told(value)]));
  return [
    told(title),
    ...pairs(facts),
    '',
    ...pairs(checks.map((check) => [check.what, verdictOf(check, findings)])),
    ...tables.filter(({ rows }) => rows.length > 0).flatMap((table) => tableLines(locale, table)),
    '',
    ...(limits.length === 0
      ? []
      : [told(says('limits')), ...limits.map((each) => `  ${told(each)}`), '']),
    told(says('again', { command: again })),
    ...(findings.length === 0
      ? [told(says('nothingFound'))]
      : [
          told(says('found', { count: findings.length })),
          ...findings
            .slice(0, FINDINGS_TOLD)
            .map(({ code, subject, message }) => `  ${code}: ${told(subject)}: ${told(message)}`),
          ...more(locale, findings.length, FINDINGS_TOLD),
        ]),
    '',
  ].join('\n');
};
