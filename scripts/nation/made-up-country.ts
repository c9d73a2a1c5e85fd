/**
 * The districts of a made-up national election and the seats in each: 24 states, 87 constituencies, 3
 * indigenous regions. The states are Venezuela's with their voters in thousands, rounded; how they are
 * cut and what they elect is made up, with the sums of 2020: 96 seats by regional lists, 130 nominal
 * ones (1 to 4 a constituency), 3 indigenous, 48 by the sum of all lists.
 */
import type { Localized } from '#firmware/election/definition.ts';
import type { NationalContest, NationalDistrict, SummedList } from '#firmware/nation/offer.ts';
import { apportion, isKept } from './apportion.ts';

export const NATIONAL_SEATS = 48;
export const REGIONAL_SEATS = 96;
export const NOMINAL_SEATS = 130;
export const CONSTITUENCIES = 87;
const STATE_SEATS_LEAST = 2;
const NOMINAL_SEATS_MOST = 4;

type Region = 'occidente' | 'oriente' | 'sur';
const REGIONS: readonly { readonly id: Region; readonly name: string }[] = [
  { id: 'occidente', name: 'Región Indígena Occidente' },
  { id: 'oriente', name: 'Región Indígena Oriente' },
  { id: 'sur', name: 'Región Indígena Sur' },
];

const STATES: readonly (readonly [name: string, thousandVoters: number, region: Region | null])[] =
  [
    ['Distrito Capital', 1683, null],
    ['Amazonas', 108, 'sur'],
    ['Anzoátegui', 1119, 'oriente'],
    ['Apure', 340, 'sur'],
    ['Aragua', 1264, null],
    ['Barinas', 567, null],
    ['Bolívar', 1013, 'oriente'],
    ['Carabobo', 1616, null],
    ['Cojedes', 246, null],
    ['Delta Amacuro', 123, 'oriente'],
    ['Falcón', 685, null],
    ['Guárico', 532, null],
    ['Lara', 1296, null],
    ['Mérida', 612, 'occidente'],
    ['Miranda', 2095, null],
    ['Monagas', 640, 'oriente'],
    ['Nueva Esparta', 365, null],
    ['Portuguesa', 623, null],
    ['Sucre', 672, 'oriente'],
    ['Táchira', 834, null],
    ['Trujillo', 546, 'occidente'],
    ['La Guaira', 286, null],
    ['Yaracuy', 460, null],
    ['Zulia', 2461, 'occidente'],
  ];

export type Constituency = {
  readonly id: string;
  /** 1 to 24: the first two digits of its polling places. */
  readonly state: number;
  readonly districtIds: readonly string[];
  readonly weight: number;
};

export type Country = {
  readonly districts: readonly NationalDistrict[];
  readonly contests: readonly NationalContest[];
  readonly summedList: SummedList;
  readonly constituencies: readonly Constituency[];
};

const NATION = 'nacion';
const twoDigits = (value: number): string => String(value).padStart(2, '0');

type State = {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly region: Region | null;
  readonly seats: number;
  /** Of each constituency: seats and its share of the state. */
  readonly nominal: readonly number[];
  readonly weight: number;
};

/** Seats beyond one each go to the first constituencies, up to four: so that there are ballots of 1 to 4 votes. */
const nominalSeats = (constituencies: number, extra: number): readonly number[] => {
  let left = extra;
  return Array.from({ length: constituencies }, () => {
    const more = Math.min(left, NOMINAL_SEATS_MOST - 1);
    left -= more;
    return 1 + more;
  });
};

const allStates = (): readonly State[] => {
  const weights = STATES.map(([, thousandVoters]) => thousandVoters);
  const seats = apportion(REGIONAL_SEATS, weights, STATE_SEATS_LEAST);
  const constituencies = apportion(CONSTITUENCIES, weights, 1);
  const extra = apportion(NOMINAL_SEATS - CONSTITUENCIES, weights);
  return STATES.map(([name, weight, region], index) => ({
    number: index + 1,
    id: `estado-${twoDigits(index + 1)}`,
    name,
    region,
    seats: seats[index] ?? 0,
    nominal: nominalSeats(constituencies[index] ?? 0, extra[index] ?? 0),
    weight,
  }));
};

const both = (es: string, en: string): Localized => ({ es, en });

const regionOf = (state: State): string | null =>
  state.region === null ? null : `indigena-${state.region}`;

const constituencyId = (state: State, index: number): string =>
  `circuito-${twoDigits(state.number)}-${index + 1}`;

/**
 * The country. Where there are fewer precincts than constituencies, as many of these, evenly spaced, and
 * what they lie in: no contest is without a voter.
 */
export const makeCountry = (precincts: number): Country => {
  const states = allStates();
  const all = states.flatMap((state) =>
    state.nominal.map((seats, index) => ({ state, seats, index })),
  );
  const kept = all.filter((_, at) => isKept(at, all.length, Math.min(all.length, precincts)));
  const keptStates = states.filter((state) => kept.some((each) => each.state === state));
  const keptRegions = REGIONS.filter(({ id }) => keptStates.some(({ region }) => region === id));
  const lists = keptStates.map(
    ({ id, name, seats }): NationalContest => ({
      id: `lista-${id}`,
      kind: 'list',
      name: both(`Diputados por lista, ${name}`, `Deputies by list, ${name}`),
      districtId: id,
      votes: 1,
      seats,
    }),
  );
  return {
    districts: [
      { id: NATION, name: 'Venezuela (inventada)', kind: 'nation', parentId: null },
      ...keptStates.map(({ id, name }) => ({ id, name, kind: 'state', parentId: NATION }) as const),
      ...kept.map(
        ({ state, index }) =>
          ({
            id: constituencyId(state, index),
            name: `${state.name}, circuito ${index + 1}`,
            kind: 'constituency',
            parentId: state.id,
          }) as const,
      ),
      ...keptRegions.map(
        ({ id, name }) =>
          ({ id: `indigena-${id}`, name, kind: 'indigenousRegion', parentId: NATION }) as const,
      ),
    ],
    contests: [
      ...lists,
      ...kept.map(
        ({ state, index, seats }): NationalContest => ({
          id: `nominal-${constituencyId(state, index)}`,
          kind: 'nominal',
          name: both(
            `Diputados nominales, ${state.name} ${index + 1}`,
            `Nominal deputies, ${state.name} ${index + 1}`,
          ),
          districtId: constituencyId(state, index),
          votes: seats,
          seats,
        }),
      ),
      ...keptRegions.map(
        ({ id }): NationalContest => ({
          id: `representacion-${id}`,
          kind: 'indigenous',
          name: both(`Representación indígena, ${id}`, `Indigenous representation, ${id}`),
          districtId: `indigena-${id}`,
          votes: 1,
          seats: 1,
        }),
      ),
    ],
    summedList: {
      id: 'lista-nacional',
      name: both('Diputados por lista nacional', 'Deputies by national list'),
      seats: Math.max(1, Math.round((NATIONAL_SEATS * keptStates.length) / states.length)),
      contestIds: lists.map(({ id }) => id),
    },
    constituencies: kept.map(({ state, index }) => {
      const region = regionOf(state);
      return {
        id: constituencyId(state, index),
        state: state.number,
        districtIds: [
          NATION,
          state.id,
          constituencyId(state, index),
          ...(region === null ? [] : [region]),
        ],
        weight: state.weight / state.nominal.length,
      };
    }),
  };
};
