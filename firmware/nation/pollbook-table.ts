/**
 * The tables that are kept apart because they are about persons: a precinct's voters
 * (`pollbooks/<precinct>.csv`) and its officers' prints (`prints/<precinct>.csv`). No mistake that is
 * reported names a voter: the line does.
 */

import { isNationalId } from '#firmware/desk/national-id.ts';
import {
  type OfficerEntry,
  type PollbookEntry,
  TEMPLATE_BYTES_MAX,
  VOTERS_MAX,
} from '#firmware/desk/pollbook.ts';
import { type Decoder, pattern, type Report } from '#firmware/election/decoder.ts';
import { id, name } from '#firmware/election/definition-shape.ts';
import { MAX_PRECINCT_OFFICERS } from './limits.ts';
import type { NationalPrecinct } from './offer.ts';
import { makeTable, truth } from './tables.ts';

/** Base64 (RFC 4648, section 4, with padding), as it is written in one way; empty: no print is stored. */
const template: Decoder<Uint8Array | null> = (value, path, report) => {
  if (value === '') return null;
  const text = String(value);
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  if (Buffer.from(bytes).toString('base64') !== text) report(path, 'is not base64');
  else if (bytes.length > TEMPLATE_BYTES_MAX)
    report(path, `has ${bytes.length} bytes, at most ${TEMPLATE_BYTES_MAX}`);
  return bytes;
};

const templateColumn = {
  read: template,
  write: (bytes: Uint8Array | null): string =>
    bytes === null ? '' : Buffer.from(bytes).toString('base64'),
};

const nationalId: Decoder<string> = (value, path, report) => {
  if (isNationalId(String(value))) return String(value);
  report(path, 'must be a national ID like V-12345678');
  return '';
};
const unchanged = (value: string): string => value;

export const POLLBOOK_TABLE = makeTable<PollbookEntry>({
  nationalId: { read: nationalId, write: unchanged },
  name: { read: name, write: unchanged },
  ballotStyleId: { read: id, write: unchanged },
  hasUpperLimbs: truth,
  template: templateColumn,
});

export const PRINTS_TABLE = makeTable<Pick<OfficerEntry, 'officerId' | 'template'>>({
  officerId: { read: pattern(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an identifier'), write: unchanged },
  template: templateColumn,
});

/** Two digits by which voters find their precinct within the polling place. */
export const terminalOf = (id: string): number => Number(id.slice(-2));

export type ReadVoter = PollbookEntry & { readonly line: number };

/** The voters of a precinct; `styles`: the ballot styles that there are in it. */
export const readPollbook = (
  text: string,
  file: string,
  precinct: Pick<NationalPrecinct, 'registered'>,
  styles: ReadonlySet<string>,
  report: Report,
): readonly ReadVoter[] => {
  const voters = POLLBOOK_TABLE.read(text, file, VOTERS_MAX, report);
  const lines = new Map<string, number>();
  for (const { nationalId: own, ballotStyleId, line } of voters) {
    const earlier = lines.get(own);
    if (own !== '' && earlier !== undefined)
      report(`${file}:${line}:nationalId`, `repeats the voter of line ${earlier}`);
    lines.set(own, earlier ?? line);
    if (ballotStyleId !== '' && !styles.has(ballotStyleId))
      report(
        `${file}:${line}:ballotStyleId`,
        `is not a ballot style of the precinct: ${[...styles].join(', ')}`,
      );
  }
  if (voters.length !== precinct.registered)
    report(file, `has ${voters.length} voters instead of ${precinct.registered}`);
  return voters;
};

/** The officers with their prints; an officer without a row has none. */
export const readPrints = (
  text: string,
  file: string,
  precinct: Pick<NationalPrecinct, 'officers'>,
  report: Report,
): readonly OfficerEntry[] => {
  const prints = new Map<string, Uint8Array | null>();
  for (const { officerId, template: print, line } of PRINTS_TABLE.read(
    text,
    file,
    MAX_PRECINCT_OFFICERS,
    report,
  )) {
    const path = `${file}:${line}:officerId`;
    if (prints.has(officerId)) report(path, `repeats the officer ${officerId}`);
    if (officerId !== '' && !precinct.officers.some((officer) => officer.id === officerId))
      report(path, `${officerId} is not an officer of the precinct`);
    prints.set(officerId, print);
  }
  return withPrints(precinct, prints);
};

export const withPrints = (
  { officers }: Pick<NationalPrecinct, 'officers'>,
  prints: ReadonlyMap<string, Uint8Array | null>,
): readonly OfficerEntry[] =>
  officers.map(({ id: officerId, role }) => ({
    officerId,
    role,
    template: prints.get(officerId) ?? null,
  }));
