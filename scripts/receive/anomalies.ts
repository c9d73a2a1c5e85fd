/**
 * What came in and should not have: a line of JSON each in an append-only file, which stops at a limit, and
 * the latest in memory for the page. The alarm of two different packages does not hang on this file: both
 * packages are in the store.
 */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { jsonObject } from '#firmware/vault/bytes.ts';
import type { Clock } from '#hal/clock.ts';
import { RECEIVER_LIMITS } from './limits.ts';

export type Anomaly = {
  /** UTC, to the second. */
  readonly at: string;
  readonly code: string;
  /** Null: it does not say, or no precinct of the register. */
  readonly precinct: string | null;
  readonly detail: string;
  /** The peer's address, or a path below the folder that was imported. */
  readonly origin: string;
};

export type AnomalyBook = {
  readonly note: (anomaly: Omit<Anomaly, 'at'>) => void;
  /** How often each code came since this receiver started. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** The latest first. */
  readonly latest: () => readonly Anomaly[];
  /** The file has reached its limit, or the disk its end: some were counted and shown, not written. */
  readonly full: () => boolean;
};

const MAX_TEXT = 300;
/** Codes of the project's own; whatever else came would be a bug, and is bounded all the same. */
const MAX_CODES = 100;

/** More than the latest ones take. */
const TAIL_BYTES = RECEIVER_LIMITS.anomaliesShown * 4 * MAX_TEXT;

const isAnomaly = (value: Readonly<Record<string, unknown>> | null): boolean =>
  value !== null &&
  ['at', 'code', 'detail', 'origin'].every((name) => typeof value[name] === 'string') &&
  (value.precinct === null || typeof value.precinct === 'string');

/** What an earlier receiver left: its length, whether its last line is whole, and the latest of it. */
const readTail = (file: string) => {
  if (!existsSync(file)) return { bytes: 0, whole: true, latest: [] };
  const open = openSync(file, 'r');
  try {
    const bytes = fstatSync(open).size;
    const tail = Buffer.alloc(Math.min(bytes, TAIL_BYTES));
    readSync(open, tail, 0, tail.length, bytes - tail.length);
    const lines = tail.toString('utf8').split('\n').map(jsonObject);
    const latest = lines.filter(isAnomaly).reverse() as unknown as readonly Anomaly[];
    const whole = bytes === 0 || tail.at(-1) === 0x0a;
    return { bytes, whole, latest: latest.slice(0, RECEIVER_LIMITS.anomaliesShown) };
  } finally {
    closeSync(open);
  }
};

export const openAnomalyBook = (file: string, clock: Clock): AnomalyBook => {
  const before = readTail(file);
  let { bytes } = before;
  // A receiver that was killed in the middle of a line: the next one begins on its own.
  let begin = before.whole ? '' : '\n';
  let full = false;
  const counts = new Map<string, number>();
  const latest: Anomaly[] = [...before.latest];
  return {
    note: ({ code, precinct, detail, origin }) => {
      const anomaly: Anomaly = {
        at: `${new Date(clock.calendarMs()).toISOString().slice(0, 19)}Z`,
        code,
        precinct,
        detail: detail.slice(0, MAX_TEXT),
        origin: origin.slice(0, MAX_TEXT),
      };
      if (counts.has(code) || counts.size < MAX_CODES)
        counts.set(code, (counts.get(code) ?? 0) + 1);
      latest.unshift(anomaly);
      latest.length = Math.min(latest.length, RECEIVER_LIMITS.anomaliesShown);
      const line = Buffer.from(`${begin}${JSON.stringify(anomaly)}\n`);
      if (bytes + line.length > RECEIVER_LIMITS.anomalyFileBytes) {
        full = true;
        return;
      }
      try {
        appendFileSync(file, line);
        bytes += line.length;
        begin = '';
      } catch {
        // A disk that takes nothing more must not end the service: the page says so.
        full = true;
      }
    },
    counts: () => Object.fromEntries(counts),
    latest: () => [...latest],
    full: () => full,
  };
};
