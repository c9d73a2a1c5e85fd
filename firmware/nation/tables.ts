/**
 * The tables of a national election that stand beside `election.json`, each with its columns, and what
 * must hold within and between them. Paths of mistakes are `file:line:column`.
 */

import { checkOfficers } from '#firmware/election/check-definition.ts';
import {
  type Decoder,
  integer,
  list,
  oneOf,
  pattern,
  type Report,
  readable,
} from '#firmware/election/decoder.ts';
import type { Officer } from '#firmware/election/definition.ts';
import { digits, id, name, officerRole, reportId } from '#firmware/election/definition-shape.ts';
import { MAX_ADDRESS_LENGTH, MAX_DISTRICTS } from '#firmware/election/limits.ts';
import { MAX_REGISTERED } from '#firmware/vault/election-package.ts';
import { type CsvRow, csvText, readCsv } from './csv.ts';
import { MAX_PLACES, MAX_PRECINCT_OFFICERS, MAX_PRECINCTS } from './limits.ts';
import {
  type NationalOffer,
  type NationalPrecinct,
  type PollingPlace,
  precinctIdOf,
} from './offer.ts';

/** A column: how its text is read, and how a value is written. */
type Column<T> = { readonly read: Decoder<T>; readonly write: (value: T) => string };
export type Columns<T> = { readonly [K in keyof T & string]: Column<T[K]> };

const text = (read: Decoder<string>): Column<string> => ({ read, write: (value) => value });

export const wholeNumber = (least: number, most: number): Column<number> => ({
  read: (value, path, report) =>
    integer(least, most)(/^[0-9]{1,9}$/.test(String(value)) ? Number(value) : value, path, report),
  write: String,
});

export const truth: Column<boolean> = {
  read: (value, path, report) => oneOf(['true', 'false'])(value, path, report) === 'true',
  write: String,
};

const idList = (most: number): Column<readonly string[]> => ({
  read: (value, path, report) => list(id, 1, most)(String(value).split(' '), path, report),
  write: (ids) => ids.join(' '),
});

export type Table<T> = {
  readonly columns: readonly string[];
  /** Rows with the line they stand in. */
  readonly read: (
    source: string,
    file: string,
    most: number,
    report: Report,
  ) => readonly (T & { readonly line: number })[];
  readonly text: (rows: readonly T[]) => string;
};

/** A table whose columns are the fields of `T`, in this order. */
export const makeTable = <T extends object>(columns: Columns<T>): Table<T> => {
  const names = Object.keys(columns) as (keyof T & string)[];
  const rowOf = ({ line, fields }: CsvRow, file: string, report: Report): T & { line: number } => {
    const entries = names.map((column, at) => [
      column,
      columns[column].read(fields[at], `${file}:${line}:${column}`, report),
    ]);
    // The columns are exactly the fields of T, which fromEntries can not know.
    return { ...(Object.fromEntries(entries) as T), line };
  };
  return {
    columns: names,
    read: (source, file, most, report) =>
      readCsv(source, file, names, most, report).map((row) => rowOf(row, file, report)),
    text: (rows) =>
      csvText(
        names,
        rows.map((row) => names.map((column) => columns[column].write(row[column]))),
      ),
  };
};

/** `polling-places.csv`; districts stand in one field with a space between. */
export const PLACES_FILE = 'polling-places.csv';
export const PLACES_TABLE = makeTable<PollingPlace>({
  code: text(digits(9)),
  name: text(name),
  address: text(readable(MAX_ADDRESS_LENGTH)),
  districtIds: idList(MAX_DISTRICTS),
});

/** `precincts.csv`. */
export const PRECINCTS_FILE = 'precincts.csv';
export type PrecinctRow = Omit<NationalPrecinct, 'officers'>;
export const PRECINCTS_TABLE = makeTable<PrecinctRow>({
  pollingPlaceCode: text(digits(9)),
  number: text(digits(2)),
  registered: wholeNumber(1, MAX_REGISTERED),
  reportId: text(reportId),
});

export const PRECINCT_ID = pattern(/^[0-9]{9}\.[0-9]{2}$/, 'a precinct like 201301006.01');

/** `officers.csv`: the officers' public data; their prints are kept apart (pollbook-table.ts). */
export const OFFICERS_FILE = 'officers.csv';
export type OfficerRow = Officer & { readonly precinct: string };
export const OFFICERS_TABLE = makeTable<OfficerRow>({
  precinct: text(PRECINCT_ID),
  id: text(id),
  role: { read: officerRole, write: (value) => value },
  name: text(name),
  holdsShare: truth,
});

const checkPlaces = (
  offer: NationalOffer,
  places: readonly (PollingPlace & { readonly line: number })[],
  report: Report,
): void => {
  const districts = new Map(offer.districts.map((district) => [district.id, district]));
  const lines = new Map<string, number>();
  for (const { code, districtIds, line } of places) {
    const path = `${PLACES_FILE}:${line}`;
    const earlier = lines.get(code);
    if (earlier !== undefined && code !== '')
      report(`${path}:code`, `repeats the polling place of line ${earlier}`);
    lines.set(code, earlier ?? line);
    const here = districtIds.flatMap((each) => districts.get(each) ?? []);
    for (const each of new Set(districtIds))
      if (each !== '' && !districts.has(each))
        report(`${path}:districtIds`, `${each} is not a district of the election`);
    if (here.length !== districtIds.length) continue;
    if (new Set(districtIds).size !== districtIds.length)
      report(`${path}:districtIds`, 'names a district twice');
    for (const kind of ['nation', 'state', 'constituency'] as const) {
      const count = here.filter((each) => each.kind === kind).length;
      if (count !== 1) report(`${path}:districtIds`, `has ${count} of kind ${kind} instead of 1`);
    }
    for (const { id: own, parentId } of here)
      if (parentId !== null && !districtIds.includes(parentId))
        report(`${path}:districtIds`, `${own} lies in ${parentId}, which is not named`);
  }
};

const checkPrecincts = (
  places: readonly PollingPlace[],
  rows: readonly (PrecinctRow & { readonly line: number })[],
  report: Report,
): void => {
  const known = new Set(places.map(({ code }) => code));
  const lines = new Map<string, number>();
  const used = new Set<string>();
  let before = '';
  let last = '';
  for (const row of rows) {
    const { pollingPlaceCode, number, reportId: tally, line } = row;
    const path = `${PRECINCTS_FILE}:${line}`;
    if (pollingPlaceCode === '' || number === '') continue;
    const precinct = precinctIdOf(row);
    const earlier = lines.get(precinct);
    if (earlier !== undefined) report(path, `repeats the precinct of line ${earlier}`);
    lines.set(precinct, earlier ?? line);
    if (!known.has(pollingPlaceCode))
      report(`${path}:pollingPlaceCode`, `${pollingPlaceCode} is not in ${PLACES_FILE}`);
    else if (pollingPlaceCode !== before && used.has(pollingPlaceCode))
      report(path, 'the precincts of its polling place do not stand together');
    else if (pollingPlaceCode === before && earlier === undefined && precinct < last)
      report(path, 'the precincts of its polling place are not in the order of their numbers');
    used.add(pollingPlaceCode);
    before = pollingPlaceCode;
    last = precinct;
    if (tally !== '' && !tally.startsWith(`${precinct}.`))
      report(`${path}:reportId`, `must begin with ${precinct}., as the precinct does`);
  }
  places.forEach(({ code }) => {
    if (code !== '' && !used.has(code))
      report(PLACES_FILE, `the polling place ${code} has no precinct`);
  });
};

const officersByPrecinct = (
  rows: readonly (OfficerRow & { readonly line: number })[],
): ReadonlyMap<string, readonly (OfficerRow & { readonly line: number })[]> =>
  Map.groupBy(rows, ({ precinct }) => precinct);

const checkAllOfficers = (
  offer: NationalOffer,
  precincts: readonly PrecinctRow[],
  rows: readonly (OfficerRow & { readonly line: number })[],
  report: Report,
): void => {
  const known = new Set(precincts.map(precinctIdOf));
  for (const [precinct, officers] of officersByPrecinct(rows)) {
    if (precinct === '') continue;
    const path = `${OFFICERS_FILE}:${officers[0]?.line}`;
    if (!known.has(precinct)) report(path, `${precinct} is not in ${PRECINCTS_FILE}`);
    if (officers.length > MAX_PRECINCT_OFFICERS)
      report(path, `${precinct} has ${officers.length} officers, at most ${MAX_PRECINCT_OFFICERS}`);
    const lines = new Map<string, number>();
    for (const { id: own, line } of officers) {
      const earlier = lines.get(own);
      if (earlier !== undefined && own !== '')
        report(`${OFFICERS_FILE}:${line}:id`, `repeats the officer of line ${earlier}`);
      lines.set(own, earlier ?? line);
    }
    checkOfficers(officers, offer.rules.shareThreshold, (_, message) =>
      report(path, `${precinct}: ${message}`),
    );
    known.delete(precinct);
  }
  for (const precinct of known) report(OFFICERS_FILE, `${precinct} has no officers`);
};

export type TableTexts = Readonly<Record<'places' | 'precincts' | 'officers', string>>;

/** The three tables, checked with the offer and with each other. */
export const readTables = (
  offer: NationalOffer,
  texts: TableTexts,
  report: Report,
): {
  readonly places: readonly PollingPlace[];
  readonly precincts: readonly NationalPrecinct[];
} => {
  const places = PLACES_TABLE.read(texts.places, PLACES_FILE, MAX_PLACES, report);
  checkPlaces(offer, places, report);
  const rows = PRECINCTS_TABLE.read(texts.precincts, PRECINCTS_FILE, MAX_PRECINCTS, report);
  checkPrecincts(places, rows, report);
  const officers = OFFICERS_TABLE.read(
    texts.officers,
    OFFICERS_FILE,
    MAX_PRECINCTS * MAX_PRECINCT_OFFICERS,
    report,
  );
  checkAllOfficers(offer, rows, officers, report);
  const byPrecinct = officersByPrecinct(officers);
  return {
    places: places.map(({ code, name: called, address, districtIds }) => ({
      code,
      name: called,
      address,
      districtIds,
    })),
    precincts: rows.map((row) => ({
      pollingPlaceCode: row.pollingPlaceCode,
      number: row.number,
      registered: row.registered,
      reportId: row.reportId,
      officers: (byPrecinct.get(precinctIdOf(row)) ?? []).map(
        ({ id: own, role, name: called, holdsShare }) => ({
          id: own,
          role,
          name: called,
          holdsShare,
        }),
      ),
    })),
  };
};
