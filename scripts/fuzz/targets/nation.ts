/** What an authority's people write: a national offer, tables in CSV, pollbooks. */
import type { Report } from '#firmware/election/decoder.ts';
import { checkOffer, definitionIn } from '#firmware/nation/check-offer.ts';
import { csvText, readCsv } from '#firmware/nation/csv.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { POLLBOOK_TABLE, readPollbook } from '#firmware/nation/pollbook-table.ts';
import { PLACES_FILE, PLACES_TABLE, readTables } from '#firmware/nation/tables.ts';
import { makeNationalElection } from '../../nation/made-up.ts';
import { makeVotersOf } from '../../nation/made-up-voters.ts';
import { nistBallot, settingsOf } from '../../nation/nist-ballot.ts';
import { readNistBallot } from '../../nation/read-nist-ballot.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const utf8 = new TextEncoder();
const COLUMNS = ['a', 'b', 'c'];
const MOST_ROWS = 100_000;
const STYLES = new Set(['general', 'completa']);

/** Counts mistakes; reading must never throw, whatever it meets. */
const counter = (): { readonly report: Report; readonly wrong: () => boolean } => {
  let count = 0;
  return { report: () => (count += 1), wrong: () => count > 0 };
};

const textIn = (input: Uint8Array): string => new TextDecoder().decode(input);

const runCsv = (input: Uint8Array): FuzzVerdict => {
  const { report, wrong } = counter();
  const rows = readCsv(textIn(input), 'f', COLUMNS, MOST_ROWS, report);
  if (rows.some(({ fields }) => fields.length !== COLUMNS.length))
    return finding('a row of another number of fields');
  const again = readCsv(
    csvText(
      COLUMNS,
      rows.map(({ fields }) => fields),
    ),
    'f',
    COLUMNS,
    MOST_ROWS,
    report,
  );
  if (again.length !== rows.length) return finding('written again there are other rows');
  const same = again.every(({ fields }, at) => fields.join('\0') === rows[at]?.fields.join('\0'));
  if (!same) return finding('written again the fields are others');
  return wrong() ? 'refused' : 'accepted';
};

/** Of a whole made-up country with one precinct, the small parts: a seed that mutations get through. */
const small = (): NationalOffer => {
  const { offer } = makeNationalElection(1, 1);
  const organisations = offer.organisations.slice(0, 3);
  const standing = new Set(organisations.map(({ id }) => id));
  const cards = offer.cards.filter(({ organisationId }) => standing.has(organisationId));
  const shown = new Set(cards.flatMap(({ candidateIds }) => candidateIds));
  return {
    ...offer,
    organisations,
    cards,
    alliances: [],
    candidates: offer.candidates.filter(({ id }) => shown.has(id)),
    contests: offer.contests.filter(({ kind }) => kind !== 'indigenous'),
    slates: [],
  };
};
const OFFER = small();
const PLACE = OFFER.districts.filter(({ kind }) => kind !== 'indigenousRegion').map(({ id }) => id);

const runOffer = (input: Uint8Array): FuzzVerdict => {
  let json: unknown;
  try {
    json = JSON.parse(textIn(input));
  } catch {
    return 'refused';
  }
  const { report, wrong } = counter();
  const offer = checkOffer(json, report);
  if (wrong()) return 'refused';
  definitionIn(offer, PLACE, report);
  const again = counter();
  checkOffer(JSON.parse(JSON.stringify(offer)), again.report);
  return again.wrong() ? finding('accepted, and written again it is not') : 'accepted';
};

const runNistBallot = (input: Uint8Array): FuzzVerdict => {
  let json: unknown;
  try {
    json = JSON.parse(textIn(input));
  } catch {
    return 'refused';
  }
  const read = readNistBallot(json, settingsOf(OFFER));
  if (!read.ok) return read.error.length > 0 ? 'refused' : finding('refused without a reason');
  const document = nistBallot(read.value, [], '2020-01-01T00:00:00Z');
  const again = readNistBallot(JSON.parse(JSON.stringify(document)), settingsOf(read.value));
  return again.ok && JSON.stringify(again.value) === JSON.stringify(read.value)
    ? 'accepted'
    : finding('accepted, and written again it is another');
};

const runPlaces = (input: Uint8Array): FuzzVerdict => {
  const { report, wrong } = counter();
  readTables(OFFER, { places: textIn(input), precincts: '', officers: '' }, () => undefined);
  const places = PLACES_TABLE.read(textIn(input), PLACES_FILE, MOST_ROWS, report);
  if (wrong()) return 'refused';
  const again = PLACES_TABLE.read(PLACES_TABLE.text(places), PLACES_FILE, MOST_ROWS, report);
  return wrong() || again.length !== places.length
    ? finding('accepted, and written again it is not')
    : 'accepted';
};

const runPollbook = (input: Uint8Array): FuzzVerdict => {
  const { report, wrong } = counter();
  const voters = readPollbook(textIn(input), 'f', { registered: 3 }, STYLES, report);
  if (wrong()) return 'refused';
  readPollbook(POLLBOOK_TABLE.text(voters), 'f', { registered: 3 }, STYLES, report);
  return wrong() ? finding('accepted, and written again it is not') : 'accepted';
};

const pollbookSeed = (): Uint8Array => {
  const made = makeNationalElection(1, 1);
  const election = {
    ...made,
    precincts: made.precincts.map((precinct) => ({ ...precinct, registered: 3 })),
  };
  const voters = makeVotersOf(election, 1, (finger) => utf8.encode(finger))(0);
  return utf8.encode(POLLBOOK_TABLE.text(voters));
};

export const NATION_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'csv',
    describes: 'tables in CSV',
    seeds: () =>
      ['a,b,c\n1,2,3\n', 'a,b,c\r\n"x ""y"", z",,"1\n2"\r\n', '\ufeffa,b,c\n'].map((text) =>
        utf8.encode(text),
      ),
    run: runCsv,
  },
  {
    name: 'national-offer',
    describes: 'the offer of a whole country (JSON)',
    seeds: () => [utf8.encode(JSON.stringify(OFFER))],
    run: runOffer,
  },
  {
    name: 'nist-ballot',
    describes: 'a ballot definition by NIST SP 1500-20 (JSON)',
    seeds: () => [utf8.encode(JSON.stringify(nistBallot(OFFER, [], '2020-01-01T00:00:00Z')))],
    run: runNistBallot,
  },
  {
    name: 'polling-places',
    describes: 'the table of polling places',
    seeds: () => [utf8.encode(PLACES_TABLE.text(makeNationalElection(1, 6).places))],
    run: runPlaces,
  },
  {
    name: 'pollbook-table',
    describes: "a precinct's voters as a table",
    seeds: () => [pollbookSeed()],
    run: runPollbook,
  },
];
