/** The shape of an election definition: every field with its type, range and form. */

import { type Decoder, flag, integer, list, oneOf, pattern, readable, record } from './decoder.ts';
import type {
  Alliance,
  Candidate,
  Contest,
  ElectionCalendar,
  ElectionDefinition,
  Localized,
  Organisation,
  PartyCard,
  Rules,
} from './definition.ts';
import { instantMs } from './instant.ts';
import {
  MAX_ADDRESS_LENGTH,
  MAX_ALLIANCES,
  MAX_CANDIDATES,
  MAX_CARDS,
  MAX_COLOURS,
  MAX_CONTESTS,
  MAX_DISTRICTS,
  MAX_NAME_LENGTH,
  MAX_OFFICERS,
  MAX_ORGANISATIONS,
  MAX_POSITIONS,
  MAX_SHORT_NAME_LENGTH,
  MAX_STYLES,
  MAX_TALLY_COPIES,
  MAX_TITLE_LENGTH,
} from './limits.ts';

export const name = readable(MAX_NAME_LENGTH);
export const id = pattern(
  /^[a-z0-9][a-z0-9-]{0,39}$/,
  'an identifier: 1 to 40 small letters, digits and hyphens, not beginning with a hyphen',
);
export const ids = (least: number, most: number) => list(id, least, most);
export const digits = (count: number) =>
  pattern(new RegExp(`^[0-9]{${count}}$`), `${count} digits`);
export const localized = (most: number): Decoder<Localized> =>
  record<Localized>({ es: readable(most), en: readable(most) });

const colour: Decoder<`#${string}`> = (value, path, report) => {
  const text = pattern(/^#[0-9a-fA-F]{6}$/, 'a colour like #1a2b3c')(value, path, report);
  return `#${text.slice(1)}`;
};

export const instant: Decoder<string> = (value, path, report) => {
  if (typeof value === 'string' && instantMs(value) !== null) return value;
  report(path, 'must be a date and time with offset like 2020-12-06T06:00:00-04:00');
  return '';
};

export const organisationShape = record<Organisation>({
  id,
  name,
  shortName: readable(MAX_SHORT_NAME_LENGTH),
  colours: list(colour, 1, MAX_COLOURS),
});

export const allianceShape = record<Alliance>({
  id,
  name,
  organisationIds: ids(1, MAX_ORGANISATIONS),
});

export const contestFields = {
  id,
  kind: oneOf(['list', 'nominal', 'indigenous']),
  name: localized(MAX_NAME_LENGTH),
  districtId: id,
  votes: integer(1, MAX_POSITIONS),
} as const;

export const candidateShape = record<Candidate>({ id, contestId: id, name });

export const cardShape = (mostLists: number, mostCandidates: number): Decoder<PartyCard> =>
  record<PartyCard>({
    id,
    organisationId: id,
    listContestIds: ids(0, mostLists),
    candidateIds: ids(0, mostCandidates),
  });

export const calendarShape = record<ElectionCalendar>({
  setupFrom: instant,
  opensAt: instant,
  closesAt: instant,
  validUntil: instant,
});

export const reportId = pattern(
  /^[0-9]{9}\.[0-9]{2}\.[0-9]\.[0-9]{4}$/,
  'a report identifier like 201301006.01.1.0001',
);

export const officerRole = oneOf(['presidingOfficer', 'pollWorker', 'observer', 'authority']);

export const rulesShape = record<Rules>({
  votingTimeMs: integer(30_000, 1_800_000),
  warningMs: integer(5_000, 600_000),
  extensionMs: integer(0, 1_800_000),
  replaceInSinglePosition: flag,
  verifyPaper: flag,
  consecutiveNoMatchLimit: integer(1, 100),
  noStoredPrintLimitPercent: integer(0, 100),
  consecutiveNoLimbsLimit: integer(1, 100),
  fingerAttempts: integer(1, 10),
  fingerWaitMs: integer(1_000, 120_000),
  shareThreshold: integer(1, MAX_OFFICERS),
  tallyCopies: integer(1, MAX_TALLY_COPIES),
});

/** Reads the whole definition; what refers to what is checked afterwards. */
export const definitionShape: Decoder<ElectionDefinition> = record<ElectionDefinition>({
  id,
  title: localized(MAX_TITLE_LENGTH),
  authority: name,
  test: flag,
  locale: oneOf(['es', 'en']),
  calendar: calendarShape,
  districts: list(record({ id, name }), 1, MAX_DISTRICTS),
  organisations: list(organisationShape, 1, MAX_ORGANISATIONS),
  alliances: list(allianceShape, 0, MAX_ALLIANCES),
  contests: list(record<Contest>(contestFields), 1, MAX_CONTESTS),
  candidates: list(candidateShape, 0, MAX_CANDIDATES),
  cards: list(cardShape(MAX_CONTESTS, MAX_CANDIDATES), 1, MAX_CARDS),
  ballotStyles: list(record({ id, contestIds: ids(1, MAX_CONTESTS) }), 1, MAX_STYLES),
  precinct: record({
    pollingPlaceCode: digits(9),
    number: digits(2),
    pollingPlaceName: name,
    address: readable(MAX_ADDRESS_LENGTH),
    districtIds: ids(1, MAX_DISTRICTS),
    reportId,
  }),
  officers: list(
    record({
      id,
      role: officerRole,
      name,
      holdsShare: flag,
    }),
    1,
    MAX_OFFICERS,
  ),
  rules: rulesShape,
});
