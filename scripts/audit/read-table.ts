/** Tables that people of an audit bring, as CSV: read whole, every mistake with file and line, or not at all. */
import { basename, dirname } from 'node:path';
import type { DefinitionError, Report } from '#firmware/election/decoder.ts';
import { type CsvRow, readCsv } from '#firmware/nation/csv.ts';
import { MAX_TABLE_BYTES } from '#firmware/nation/limits.ts';
import { collectMistakes, readText } from '../nation/election-folder.ts';

/** What people brought can not be relied on: every mistake, by file and line. Nothing was written. */
export class BadInput extends Error {
  readonly errors: readonly DefinitionError[];
  constructor(errors: readonly DefinitionError[]) {
    super(`${errors.length} mistakes`);
    this.errors = errors;
  }
}

export const fileText = (file: string, most: number, report: Report): string | null =>
  readText(dirname(file), basename(file), most, (path, message) =>
    report(path.replace(basename(file), file), message),
  );

/** Runs `body` with a place for mistakes; with one it throws them all. */
export const withoutMistakes = <T>(body: (report: Report) => T): T => {
  const mistakes = collectMistakes();
  const value = body(mistakes.report);
  if (mistakes.count() > 0) throw new BadInput(mistakes.list());
  return value;
};

/** Rows of `file` with exactly these columns; mistakes are reported as `file:line`. */
export const tableRows = (
  file: string,
  columns: readonly string[],
  most: number,
  report: Report,
): readonly CsvRow[] => {
  const text = fileText(file, MAX_TABLE_BYTES, report);
  return text === null ? [] : readCsv(text, file, columns, most, report);
};

const FIGURE = /^(?:0|[1-9][0-9]{0,6})$/;

/** A whole number below ten million as people count; anything else is reported and gives 0. */
export const figureIn = (field: string, path: string, report: Report): number => {
  if (FIGURE.test(field)) return Number(field);
  report(path, `is not a whole number from 0 to 9999999: ${JSON.stringify(field.slice(0, 20))}`);
  return 0;
};
