/**
 * Which results came by photographed reports alone, and which of them a package confirmed since: a line of JSON
 * each in an append-only file of the centre. It is no part of what is added up; the packages in the store are.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { jsonObject } from '#firmware/vault/bytes.ts';
import type { Clock } from '#hal/clock.ts';
import { RECEIVER_LIMITS } from './limits.ts';

export type Arrival = {
  /** UTC, to the second. */
  readonly at: string;
  readonly precinct: string;
  /** SHA-256 of the package, hex. */
  readonly digest: string;
  /** `byReport`: it came by a report's codes. `confirmed`: the same came over the network or on a memory. */
  readonly what: 'byReport' | 'confirmed';
};

export type ByReport = {
  readonly confirmed: number;
  readonly waiting: number;
  /** Precincts that no package has confirmed, the first of them. */
  readonly precincts: readonly string[];
};

export type ArrivalBook = {
  /** A package was acknowledged. `again`: it was there already. */
  readonly took: (
    precinct: string,
    digest: string,
    came: { readonly byReport: boolean; readonly again: boolean },
  ) => void;
  readonly byReport: () => ByReport;
};

const isArrival = (found: Readonly<Record<string, unknown>> | null): boolean =>
  found !== null &&
  typeof found.precinct === 'string' &&
  typeof found.digest === 'string' &&
  (found.what === 'byReport' || found.what === 'confirmed');

const readArrivals = (file: string): readonly Arrival[] =>
  existsSync(file)
    ? (readFileSync(file, 'utf8')
        .split('\n')
        .map(jsonObject)
        .filter(isArrival) as unknown as readonly Arrival[])
    : [];

export const openArrivalBook = (file: string, clock: Clock): ArrivalBook => {
  const known = new Map<string, Arrival['what']>();
  const keyOf = (precinct: string, digest: string): string => `${precinct} ${digest}`;
  for (const { precinct, digest, what } of readArrivals(file))
    known.set(keyOf(precinct, digest), what);
  const note = (precinct: string, digest: string, what: Arrival['what']): void => {
    const at = `${new Date(clock.calendarMs()).toISOString().slice(0, 19)}Z`;
    known.set(keyOf(precinct, digest), what);
    // A line that a kill cut in two is none; the next one begins on its own.
    appendFileSync(file, `\n${JSON.stringify({ at, precinct, digest, what })}\n`);
  };
  return {
    took: (precinct, digest, { byReport, again }) => {
      const before = known.get(keyOf(precinct, digest));
      if (byReport && !again && before === undefined) note(precinct, digest, 'byReport');
      if (!byReport && before === 'byReport') note(precinct, digest, 'confirmed');
    },
    byReport: () => {
      const waiting = [...known].filter(([, what]) => what === 'byReport');
      return {
        confirmed: known.size - waiting.length,
        waiting: waiting.length,
        precincts: waiting
          .slice(0, RECEIVER_LIMITS.conflictsShown)
          .map(([key]) => key.split(' ')[0] ?? ''),
      };
    },
  };
};
