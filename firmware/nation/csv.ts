/**
 * Tables as CSV (RFC 4180): comma, quotation marks where a field needs them, LF or CRLF, UTF-8, a first
 * line with the columns' names. Written here because the format is small and what a library passes over
 * (a ragged row, a quotation mark out of place, a file that was cut) has to be named with its line.
 */
import type { Report } from '#firmware/election/decoder.ts';

export const MAX_FIELD_LENGTH = 8192;

export type CsvRow = {
  /** In the file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
};

type Scanned = {
  readonly fields: readonly string[];
  /** Where the next row begins. */
  readonly next: number;
  readonly lines: number;
  readonly fault: string | null;
};

const endOfLine = (text: string, at: number): number => {
  const found = text.indexOf('\n', at);
  return found === -1 ? text.length : found;
};

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** The end of a field that begins with a quotation mark at `at`: where its last one is; -1: it has none. */
const closingMark = (text: string, at: number): number => {
  let found = text.indexOf('"', at + 1);
  while (found !== -1 && text[found + 1] === '"') found = text.indexOf('"', found + 2);
  return found;
};

/** A row with quotation marks, which may go over several lines. */
const scanQuoted = (text: string, start: number): Scanned => {
  const fields: string[] = [];
  let lines = 1;
  for (let at = start; ; ) {
    if (text[at] !== '"') {
      const end = endOfLine(text, at);
      const comma = text.indexOf(',', at);
      const stop = comma === -1 || comma > end ? end : comma;
      const field = text.slice(at, stop);
      if (field.includes('"'))
        return { fields, next: end + 1, lines, fault: 'a quotation mark inside a field' };
      fields.push(stop === end ? withoutReturn(field) : field);
      if (stop === end) return { fields, next: end + 1, lines, fault: null };
      at = stop + 1;
      continue;
    }
    const close = closingMark(text, at);
    if (close === -1)
      return { fields, next: text.length, lines, fault: 'a quotation mark that is not closed' };
    const raw = text.slice(at + 1, close);
    fields.push(raw.replaceAll('""', '"'));
    lines += raw.split('\n').length - 1;
    const end = endOfLine(text, close);
    const after = withoutReturn(text.slice(close + 1, end));
    if (after === '') return { fields, next: end + 1, lines, fault: null };
    if (after[0] !== ',')
      return { fields, next: end + 1, lines, fault: 'text after a closing quotation mark' };
    at = close + 2;
  }
};

const scanRow = (text: string, at: number): Scanned => {
  const end = endOfLine(text, at);
  const line = text.slice(at, end);
  if (line.includes('"')) return scanQuoted(text, at);
  return { fields: withoutReturn(line).split(','), next: end + 1, lines: 1, fault: null };
};

const rowFault = (fields: readonly string[], count: number): string | null => {
  if (fields.length !== count)
    return `has ${fields.length} field${fields.length === 1 ? '' : 's'} instead of ${count}`;
  const long = fields.findIndex((field) => field.length > MAX_FIELD_LENGTH);
  return long === -1
    ? null
    : `field ${long + 1} has ${fields[long]?.length} characters, at most ${MAX_FIELD_LENGTH} fit`;
};

/**
 * The rows under the line of columns; rows that are no rows of the table are reported (`file:line`) and
 * left out. Reads no further than `most` rows.
 */
export const readCsv = (
  text: string,
  file: string,
  columns: readonly string[],
  most: number,
  report: Report,
): readonly CsvRow[] => {
  const rows: CsvRow[] = [];
  // Spreadsheets put a byte order mark in front.
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  if (at === text.length) report(file, 'is empty');
  else if (!text.endsWith('\n'))
    report(file, 'its last line has no end: the file may have been cut');
  while (at < text.length) {
    const { fields, next, lines, fault } = scanRow(text, at);
    const path = `${file}:${line}`;
    if (line === 1) {
      if (fault !== null || fields.join(',') !== columns.join(',')) {
        report(path, `must have the columns ${columns.join(',')}`);
        return [];
      }
    } else {
      if (rows.length === most) {
        report(path, `is more than ${most} rows`);
        return rows;
      }
      const wrong = fault ?? rowFault(fields, columns.length);
      if (wrong === null) rows.push({ line, fields });
      else report(path, wrong);
    }
    at = next;
    line += lines;
  }
  return rows;
};

const fieldText = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** A table that `readCsv` reads back to the same fields. */
export const csvText = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(fieldText).join(',')}\n`).join('');
