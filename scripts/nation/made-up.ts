/**
 * A made-up national election of the size of the real one (domain.md of the design): 14,221 polling
 * places, 29,622 precincts, 20,710,421 registered voters, 107 organisations, 14,480 candidates, 277
 * seats. With fewer precincts everything else that is counted shrinks in proportion; from 87 on every
 * constituency has one. The same seed gives the same election.
 */
import type { Officer } from '#firmware/election/definition.ts';
import type {
  NationalElection,
  NationalOffer,
  NationalPrecinct,
  PollingPlace,
} from '#firmware/nation/offer.ts';
import { makeDemoElection, OFFICER_ROLES } from '../elections/demo.ts';
import { type Chance, distinctPeople, makeChance } from '../elections/names.ts';
import { apportion } from './apportion.ts';
import { CONSTITUENCIES, type Constituency, type Country, makeCountry } from './made-up-country.ts';
import { makeOffer } from './made-up-offer.ts';

export const MADE_UP_PRECINCTS = 29_622;
export const MADE_UP_PLACES = 14_221;
export const MADE_UP_REGISTERED = 20_710_421;
export const MADE_UP_ID = 'asamblea-nacional-inventada';

/** The largest precinct, voters; the average is 699. */
export const MADE_UP_LARGEST = 1000;
/** Share of the precincts' average: the smallest and the span above it. */
const SIZE_LEAST = 0.6;
const SIZE_SPAN = 0.8;
const SIZE_STEPS = 1000;

const SCHOOLS = [
  'Unidad Educativa',
  'Escuela Básica',
  'Liceo',
  'Casa de la Cultura',
  'Centro de Educación Inicial',
  'Polideportivo',
  'Escuela Técnica',
];
const STREETS = ['Avenida Principal', 'Calle 3', 'Calle Bolívar', 'Carrera 7', 'Vía El Centro'];
const SECTORS = ['El Centro', 'La Vega', 'Los Mangos', 'San José', 'Las Flores', 'El Carmen'];

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
/** Polling places are told apart by these digits after their state's two. */
const LOCAL_DIGITS = 7;
/** Parishes have this many places: only so that codes look like codes. */
const PLACES_A_PARISH = 12;

const makePlace = (chance: Chance, constituency: Constituency, at: number): PollingPlace => {
  const parish = Math.floor(at / PLACES_A_PARISH) + 1;
  const local = parish * 1000 + (at % PLACES_A_PARISH) + 1;
  return {
    code: `${digits(constituency.state, 2)}${digits(local, LOCAL_DIGITS)}`,
    name: `${chance.pick(SCHOOLS)} ${distinctPeople(chance, 1)[0] ?? ''}`,
    address: `${chance.pick(STREETS)}, sector ${chance.pick(SECTORS)}`,
    districtIds: constituency.districtIds,
  };
};

const makeOfficers = (chance: Chance): readonly Officer[] =>
  distinctPeople(chance, OFFICER_ROLES.length).map((name, index) => ({
    id: `of-${index + 1}`,
    role: OFFICER_ROLES[index] ?? 'observer',
    name,
    holdsShare: true,
  }));

/** So many tables at each of so many places: one each, the others by lot, at most 99. */
const tablesOf = (chance: Chance, places: number, precincts: number): readonly number[] => {
  const tables = new Array<number>(places).fill(1);
  for (let left = precincts - places; left > 0; ) {
    const at = chance.below(places);
    if ((tables[at] ?? 0) >= 99) continue;
    tables[at] = (tables[at] ?? 0) + 1;
    left -= 1;
  }
  return tables;
};

type Table = { readonly place: PollingPlace; readonly number: number; readonly weight: number };

const makeTables = (seed: number | string, country: Country, precincts: number) => {
  const chance = makeChance(seed, 'polling places');
  const weights = country.constituencies.map(({ weight }) => weight);
  const placesInAll = Math.max(
    weights.length,
    Math.round((precincts * MADE_UP_PLACES) / MADE_UP_PRECINCTS),
  );
  const precinctsIn = apportion(precincts, weights, 1);
  const extraPlaces = apportion(
    placesInAll - weights.length,
    precinctsIn.map((count) => count - 1 || 1e-9),
  );
  const inState = new Map<number, number>();
  const places: PollingPlace[] = [];
  const tables: Table[] = [];
  country.constituencies.forEach((constituency, index) => {
    const count = precinctsIn[index] ?? 1;
    const placesHere = Math.min(count, 1 + (extraPlaces[index] ?? 0));
    for (const here of tablesOf(chance, placesHere, count)) {
      const at = inState.get(constituency.state) ?? 0;
      inState.set(constituency.state, at + 1);
      const place = makePlace(chance, constituency, at);
      places.push(place);
      const weight = SIZE_LEAST + (SIZE_SPAN * chance.below(SIZE_STEPS)) / SIZE_STEPS;
      for (let number = 1; number <= here; number++) tables.push({ place, number, weight });
    }
  });
  return { places, tables };
};

/** The country's registered voters; a part of the country has its part of them. */
const registeredOf = (tables: readonly Table[], precincts: number): readonly number[] =>
  apportion(
    Math.round((precincts * MADE_UP_REGISTERED) / MADE_UP_PRECINCTS),
    tables.map(({ weight }) => weight),
    1,
  );

/** `precincts`: 1 to 29,622. */
export const makeNationalElection = (
  seed: number | string,
  precincts: number = MADE_UP_PRECINCTS,
): NationalElection => {
  const country = makeCountry(precincts);
  const share = country.constituencies.length / CONSTITUENCIES;
  const { entries, ...offered } = makeOffer(seed, country, share);
  const { title, authority, test, locale, calendar, rules } = makeDemoElection(seed);
  const offer: NationalOffer = {
    id: MADE_UP_ID,
    title: {
      es: title.es.replace('demostración', 'inventada'),
      en: title.en.replace('demonstration', 'made up'),
    },
    authority,
    test,
    locale,
    calendar,
    rules,
    districts: country.districts,
    organisations: entries.map(({ organisation }) => organisation),
    ...offered,
    contests: country.contests,
    summedLists: [country.summedList],
    tieRule: { kind: 'lot', seed: `${MADE_UP_ID}/${seed}` },
  };
  const { places, tables } = makeTables(seed, country, precincts);
  const registered = registeredOf(tables, precincts);
  const chance = makeChance(seed, 'officers');
  const made = tables.map(({ place, number }, index): NationalPrecinct => {
    const two = digits(number, 2);
    return {
      pollingPlaceCode: place.code,
      number: two,
      registered: registered[index] ?? 1,
      reportId: `${place.code}.${two}.1.0001`,
      officers: makeOfficers(chance),
    };
  });
  return { offer, places, precincts: made };
};
