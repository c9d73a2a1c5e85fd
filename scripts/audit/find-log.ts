/**
 * Where a log and what is checked with it lie: in the folder of a day, in that of a medium, or in a file
 * by itself. Files that are not there are simply not looked at; what must be there is said by who needs it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { headOfResult, headsOfReport, type WitnessedHead } from './witnessed-heads.ts';

/** Below a medium, and below the folder of a day. */
const LOG_PLACES = [
  'event-log',
  'log.jsonl',
  'event-log/log.jsonl',
  'log/event-log/log.jsonl',
  'media/removable/log/event-log/log.jsonl',
  'media/fixed/log/event-log/log.jsonl',
] as const;
/** In the order in which they are printed. */
const REPORTS = [
  ['zero-report.txt', 'zeroReport'],
  ['tally-report.txt', 'tallyReport'],
] as const;

/** Larger files are none of these. */
const FILE_BYTES_MOST = 64 * 1024 * 1024;

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const contentOf = (path: string): Buffer | null =>
  isFile(path) && statSync(path).size <= FILE_BYTES_MOST ? readFileSync(path) : null;

/** Every copy of the log that lies at `path`, by where; a folder may hold one for each medium. */
export const findLogs = (path: string): ReadonlyMap<string, Uint8Array> => {
  const candidates = isFile(path) ? [path] : LOG_PLACES.map((place) => join(path, place));
  return new Map(
    candidates.flatMap((each) => {
      const bytes = contentOf(each);
      return bytes === null ? [] : [[each, new Uint8Array(bytes)] as const];
    }),
  );
};

/** The folder in which the other papers lie. */
export const folderOfLog = (path: string): string => (isFile(path) ? dirname(path) : path);

/** The machine's key as PEM beside the log; null: not there. */
export const machineKeyBeside = (folder: string): string | null =>
  contentOf(join(folder, RESULT_FILES.machineKey))?.toString('utf8') ?? null;

/** Heads of the papers beside the log, in the order of the day. */
export const headsBeside = (folder: string): readonly WitnessedHead[] => {
  const printed = REPORTS.flatMap(([file, on]) => {
    const text = contentOf(join(folder, file))?.toString('utf8');
    return text === undefined ? [] : headsOfReport(text).map((head) => ({ head, on }));
  });
  const result = contentOf(join(folder, RESULT_FILES.package))?.toString('utf8');
  const head = result === undefined ? null : headOfResult(result);
  return head === null ? printed : [...printed, { head, on: 'resultPackage' }];
};
