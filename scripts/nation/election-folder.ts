/**
 * A national election as a folder of files that people make with whatever they have:
 *
 *     election.json            the offer: election.schema.json says each field
 *     polling-places.csv       code,name,address,districtIds
 *     precincts.csv            pollingPlaceCode,number,registered,reportId
 *     officers.csv             precinct,id,role,name,holdsShare
 *     pollbooks/<precinct>.csv nationalId,name,ballotStyleId,hasUpperLimbs,template   (secret)
 *     prints/<precinct>.csv    officerId,template                                     (secret; optional)
 *
 * All of it is checked, and everything wrong told at once, before anything is made of it.
 */
import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import type { DefinitionError, Report } from '#firmware/election/decoder.ts';
import { checkOffer, definitionIn } from '#firmware/nation/check-offer.ts';
import { doubledFields } from '#firmware/nation/doubled-fields.ts';
import { MAX_ELECTION_ERRORS, MAX_OFFER_BYTES, MAX_TABLE_BYTES } from '#firmware/nation/limits.ts';
import { type NationalElection, precinctIdOf } from '#firmware/nation/offer.ts';
import { OFFICERS_FILE, PLACES_FILE, PRECINCTS_FILE, readTables } from '#firmware/nation/tables.ts';
import { screenFault } from '#firmware/screen/scene-of.ts';

export const OFFER_FILE = 'election.json';
export const POLLBOOKS_FOLDER = 'pollbooks';
export const PRINTS_FOLDER = 'prints';

export const pollbookFile = (precinct: string): string => `${POLLBOOKS_FOLDER}/${precinct}.csv`;
export const printsFile = (precinct: string): string => `${PRINTS_FOLDER}/${precinct}.csv`;

/** Collects mistakes, the first 500 of them, and counts them all. */
export type Mistakes = {
  readonly report: Report;
  readonly count: () => number;
  /** The collected ones; where there were more, the last says how many. */
  readonly list: () => readonly DefinitionError[];
};

export const collectMistakes = (): Mistakes => {
  const kept: DefinitionError[] = [];
  let count = 0;
  return {
    report: (path, message) => {
      count += 1;
      if (kept.length < MAX_ELECTION_ERRORS) kept.push({ path, message });
    },
    count: () => count,
    list: () =>
      count > kept.length
        ? [...kept, { path: '', message: `and ${count - kept.length} more that are not listed` }]
        : kept,
  };
};

const firstBadLine = (bytes: Uint8Array): number =>
  new TextDecoder().decode(bytes).split('\ufffd', 1)[0]!.split('\n').length;

/** The text of a file of the election; null when there is none to rely on, and then it is reported. */
export const readText = (
  folder: string,
  file: string,
  most: number,
  report: Report,
): string | null => {
  const path = join(folder, file);
  try {
    const found = statSync(path);
    if (!found.isFile()) {
      report(file, 'is not a file');
      return null;
    }
    if (found.size > most) {
      report(file, `has ${found.size} bytes, at most ${most} are read`);
      return null;
    }
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) {
      report(`${file}:${firstBadLine(bytes)}`, 'is not UTF-8');
      return null;
    }
    return bytes.toString('utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    report(file, code === 'ENOENT' ? 'is missing' : `can not be read: ${code ?? cause}`);
    return null;
  }
};

const parsed = (text: string, report: Report): unknown => {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  let json: unknown;
  try {
    json = JSON.parse(plain);
  } catch (cause) {
    report(OFFER_FILE, `is not JSON: ${cause instanceof Error ? cause.message : cause}`);
    return undefined;
  }
  for (const { line, name } of doubledFields(plain, MAX_ELECTION_ERRORS))
    report(`${OFFER_FILE}:${line}`, `has the field ${JSON.stringify(name.slice(0, 40))} twice`);
  return json;
};

/** The mistakes of `definitionIn` and of the screen, for each combination of districts once. */
const checkCombinations = ({ offer, places }: NationalElection, report: Report): void => {
  const combinations = new Map(
    places.map(({ districtIds }) => [districtIds.join(' '), districtIds]),
  );
  for (const [key, districtIds] of combinations) {
    let wrong = false;
    const definition = definitionIn(offer, districtIds, (path, message) => {
      wrong = true;
      report(`${OFFER_FILE}: ${path}`, message);
    });
    const misfit = wrong ? null : screenFault(definition, DEFAULT_PANEL);
    if (misfit !== null)
      report(`${OFFER_FILE}: in ${key}`, `can not be shown on a unit: ${misfit}`);
  }
};

/** A name in the folders of persons that belongs to no precinct. */
const checkStrangers = (
  folder: string,
  within: string,
  precincts: ReadonlySet<string>,
  report: Report,
): void => {
  if (!existsSync(join(folder, within))) return;
  for (const file of readdirSync(join(folder, within)).sort())
    if (!file.endsWith('.csv') || !precincts.has(file.slice(0, -'.csv'.length)))
      report(`${within}/${file}`, `belongs to no precinct of ${PRECINCTS_FILE}`);
};

export type ReadElection = NationalElection & {
  /** `election.json` as it was read: what is signed. */
  readonly offerText: string;
};

/** The election but for its voters; null where a file could not be read at all. */
export const readElectionFolder = (folder: string, report: Report): ReadElection | null => {
  let wrong = 0;
  const counted: Report = (path, message) => {
    wrong += 1;
    report(path, message);
  };
  const offerText = readText(folder, OFFER_FILE, MAX_OFFER_BYTES, counted);
  const [places, precincts, officers] = [PLACES_FILE, PRECINCTS_FILE, OFFICERS_FILE].map((file) =>
    readText(folder, file, MAX_TABLE_BYTES, counted),
  );
  if (offerText === null) return null;
  const json = parsed(offerText, counted);
  if (json === undefined) return null;
  const offer = checkOffer(json, (path, message) => counted(`${OFFER_FILE}: ${path}`, message));
  if (places == null || precincts == null || officers == null) return null;
  const tables = readTables(offer, { places, precincts, officers }, counted);
  const election = { offer, offerText, ...tables };
  const known = new Set(tables.precincts.map(precinctIdOf));
  checkStrangers(folder, POLLBOOKS_FOLDER, known, counted);
  checkStrangers(folder, PRINTS_FOLDER, known, counted);
  // What a combination of districts gives is looked at where the parts are sound: not twice the same mistake.
  if (wrong === 0) checkCombinations(election, counted);
  return election;
};
