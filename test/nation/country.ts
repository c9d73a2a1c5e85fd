/** A small made-up country after the vote, for tests: twelve precincts, two constituencies with an indigenous region. */
import { makeAggregation } from '#firmware/nation/aggregate.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import type { NationalElection, NationalOffer } from '#firmware/nation/offer.ts';
import type { Register } from '#firmware/nation/register.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { makeSyntheticCountry } from '#scripts/nation/synthetic-country.ts';

const localized = (text: string) => ({ es: text, en: text });
const base = loadOwnDefinition(SMALL_PATH);
const {
  districts: _districts,
  precinct: _precinct,
  ballotStyles: _styles,
  officers,
  ...kept
} = base;

export const OFFER: NationalOffer = {
  ...kept,
  test: false,
  districts: [
    { id: 'pais', name: 'País', kind: 'nation', parentId: null },
    { id: 'norte', name: 'Norte', kind: 'state', parentId: 'pais' },
    { id: 'sur', name: 'Sur', kind: 'state', parentId: 'pais' },
    { id: 'norte-1', name: 'Norte 1', kind: 'constituency', parentId: 'norte' },
    { id: 'sur-1', name: 'Sur 1', kind: 'constituency', parentId: 'sur' },
    { id: 'selva', name: 'Selva', kind: 'indigenousRegion', parentId: 'pais' },
  ],
  contests: [
    { id: 'l-norte', kind: 'list', name: localized('L'), districtId: 'norte', votes: 1, seats: 3 },
    { id: 'l-sur', kind: 'list', name: localized('L'), districtId: 'sur', votes: 1, seats: 4 },
    {
      id: 'n-norte',
      kind: 'nominal',
      name: localized('N'),
      districtId: 'norte-1',
      votes: 2,
      seats: 2,
    },
    { id: 'n-sur', kind: 'nominal', name: localized('N'), districtId: 'sur-1', votes: 1, seats: 1 },
    {
      id: 'i-selva',
      kind: 'indigenous',
      name: localized('I'),
      districtId: 'selva',
      votes: 1,
      seats: 1,
    },
  ],
  candidates: [
    { id: 'a', contestId: 'n-norte', name: 'Aurora Peña' },
    { id: 'b', contestId: 'n-norte', name: 'Benito Rondón' },
    { id: 'c', contestId: 'n-norte', name: 'Clara Núñez' },
    { id: 'd', contestId: 'n-sur', name: 'Domingo Sosa' },
    { id: 'e', contestId: 'n-sur', name: 'Estrella Vielma' },
    { id: 'f', contestId: 'i-selva', name: 'Flor Uriana' },
    { id: 'g', contestId: 'i-selva', name: 'Gil Pemón' },
  ],
  cards: [
    {
      id: 't-1',
      organisationId: 'rio',
      listContestIds: ['l-norte', 'l-sur'],
      candidateIds: ['a', 'b', 'd'],
    },
    {
      id: 't-2',
      organisationId: 'cerro',
      listContestIds: ['l-norte', 'l-sur'],
      candidateIds: ['c', 'e'],
    },
    { id: 't-3', organisationId: 'sabana', listContestIds: ['l-sur'], candidateIds: ['a', 'd'] },
    { id: 't-4', organisationId: 'vecinos', listContestIds: [], candidateIds: ['f', 'g'] },
  ],
  summedLists: [
    { id: 'nacional', name: localized('Nacional'), seats: 5, contestIds: ['l-norte', 'l-sur'] },
  ],
  slates: [
    { contestId: 'l-norte', competitorId: 'cerro', names: ['Hilda Leal', 'Isidro Torres'] },
    {
      contestId: 'nacional',
      competitorId: 'alianza-agua',
      names: ['Josefina Duarte', 'Luis Mora'],
    },
  ],
  tieRule: { kind: 'ballotOrder' },
};

const places = [
  {
    code: '010000001',
    name: 'Escuela',
    address: 'Calle 1',
    districtIds: ['pais', 'norte', 'norte-1', 'selva'],
  },
  {
    code: '010000002',
    name: 'Liceo',
    address: 'Calle 2',
    districtIds: ['pais', 'norte', 'norte-1', 'selva'],
  },
  { code: '020000001', name: 'Casa', address: 'Calle 3', districtIds: ['pais', 'sur', 'sur-1'] },
] as const;

const ELECTION: NationalElection = {
  offer: OFFER,
  places,
  precincts: places.flatMap(({ code }) =>
    ['01', '02', '03', '04'].map((number) => ({
      pollingPlaceCode: code,
      number,
      registered: 500,
      reportId: `${code}.${number}.1.0001`,
      officers,
    })),
  ),
};

export const electionWith = (changes: Partial<NationalOffer>): NationalElection => ({
  ...ELECTION,
  offer: { ...OFFER, ...changes },
});

export const COUNTRY = makeSyntheticCountry(ELECTION, 1);
export const PACKAGES = COUNTRY.register.precincts.map((_, at) => COUNTRY.packageOf(at));

/** Another precinct's package cannot be taken for this one's, nor one of this register for another's. */
export const startAggregation = (
  register: Register = COUNTRY.register,
  offer: NationalOffer = OFFER,
  authorityKey: Uint8Array = COUNTRY.authority.publicKey,
) => makeAggregation(offer, register, makeJudge({ offer, register, authorityKey }));

export const seatsOf = (
  offer: NationalOffer,
  votes: Readonly<Record<string, readonly number[]>>,
) => {
  const judge = makeJudge({ offer, register: COUNTRY.register, authorityKey: new Uint8Array(32) });
  return nationalSeats(
    offer,
    offer.contests.map((contest) => {
      const options = judge.optionsOf(contest);
      const given = votes[contest.id] ?? options.map(() => 0);
      return { contest, options, votes: given, nulls: 0, ballots: 0 };
    }),
  );
};
