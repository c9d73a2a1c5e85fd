/**
 * Holds reports of audits to two languages: every text but a name is told otherwise in the other one, and what
 * stands as it is was named by the test as a name.
 */
import { expect } from 'vitest';
import type { Locale } from '#firmware/election/definition.ts';
import { type AuditReport, tellReport, uncheckedCodes } from '#scripts/audit/report.ts';
import { reportPage } from '#scripts/audit/report-page.ts';
import type { Said } from '#scripts/audit/words/phrase.ts';

/** What is told as it stands in every language. */
const rawIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if ('key' in value && 'params' in value) return rawIn(value.params);
  return Object.values(value).flatMap(rawIn);
};

const rawOfReport = (report: AuditReport): readonly string[] => {
  const { title, facts, checks, charts, tables, findings, limits, again } = report;
  const told: readonly Said[] = [
    title,
    ...facts.flat(),
    ...checks.map(({ what }) => what),
    ...charts.flatMap(({ title: name, note, bars }) => [
      name,
      note,
      ...bars.flatMap(({ label, text }) => [label, text]),
    ]),
    ...tables.flatMap(({ title: name, heads, rows }) => [name, ...heads, ...rows.flat()]),
    ...findings.flatMap(({ subject, message }) => [subject, message]),
    ...limits,
  ];
  return [...rawIn(told), again];
};

/** Pieces of a text without a digit or a sign in them: those may be words, and have to be of a name that is known. */
const wordsOf = (text: string, names: readonly string[]): readonly string[] =>
  names
    .reduce((left, name) => left.replaceAll(name, ''), text)
    .split(/\s+/)
    .filter((piece) => /^\p{L}{2,}[.,:;]?$/u.test(piece));

/** What a reader sees of a page, piece by piece. */
const piecesOf = (page: string): readonly string[] =>
  [...page.replace(/<style>[\s\S]*?<\/style>/g, '').matchAll(/>([^<]+)</g)].flatMap(
    ([, text = '']) => {
      const decoded = text.replace(/&#(\d+);/g, (_, code: string) =>
        String.fromCharCode(Number(code)),
      );
      return decoded.trim() === '' ? [] : [decoded];
    },
  );

/** Same pieces in both languages, and no words in one that is the same. */
export const expectTranslated = (
  told: (locale: Locale) => readonly string[],
  raw: readonly string[],
): void => {
  const spanish = told('es');
  const english = told('en');
  expect(spanish).toHaveLength(english.length);
  const names = [...new Set(raw)].filter((each) => each !== '').sort((a, b) => b.length - a.length);
  const same = spanish.filter((piece, at) => piece === english[at]);
  const left = same.map((piece) => names.reduce((text, name) => text.replaceAll(name, ''), piece));
  expect(left.filter((text) => /\p{L}{2,}/u.test(text))).toEqual([]);
};

/** `names`: names of elections, places and people; with a space or without, they are the same in every language. */
export const expectBothLanguages = (report: AuditReport, names: readonly string[]): void => {
  expect(uncheckedCodes(report)).toEqual([]);
  const raw = rawOfReport(report);
  const known = [report.again, ...names].sort((a, b) => b.length - a.length);
  expect(raw.flatMap((text) => wordsOf(text, known))).toEqual([]);
  const more = [...raw, ...report.findings.map(({ code }) => code)];
  expectTranslated((locale) => tellReport(report, locale).split('\n'), more);
  expectTranslated((locale) => piecesOf(reportPage(report, locale)), more);
};

/** Collects the codes that were told in both languages. */
export const makeLanguageCheck = (names: readonly string[]) => {
  const codes = new Set<string>();
  return {
    hold: (report: AuditReport, more: readonly string[] = []): void => {
      expectBothLanguages(report, [...names, ...more]);
      for (const { code } of report.findings) codes.add(code);
    },
    /** Codes of a report's checks that no report that was held had. */
    untold: ({ checks }: Pick<AuditReport, 'checks'>): readonly string[] =>
      checks.flatMap((check) => check.codes).filter((code) => !codes.has(code)),
  };
};
