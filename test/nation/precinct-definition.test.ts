import { describe, expect, test } from 'vitest';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import {
  FULL_STYLE,
  GENERAL_STYLE,
  makeOfferIn,
  offerIn,
  precinctDefinition,
} from '#firmware/nation/precinct-definition.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const localized = (text: string) => ({ es: text, en: text });
const base = loadOwnDefinition(SMALL_PATH);

/** Two states of one constituency each; an indigenous region lies in the first. */
const OFFER: NationalOffer = {
  ...base,
  districts: [
    { id: 'pais', name: 'País', kind: 'nation', parentId: null },
    { id: 'norte', name: 'Norte', kind: 'state', parentId: 'pais' },
    { id: 'sur', name: 'Sur', kind: 'state', parentId: 'pais' },
    { id: 'norte-1', name: 'Norte 1', kind: 'constituency', parentId: 'norte' },
    { id: 'sur-1', name: 'Sur 1', kind: 'constituency', parentId: 'sur' },
    { id: 'selva', name: 'Selva', kind: 'indigenousRegion', parentId: 'pais' },
  ],
  alliances: [{ id: 'agua', name: 'Agua', organisationIds: ['rio', 'sabana'] }],
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
    { id: 'b', contestId: 'n-sur', name: 'Benito Rondón' },
    { id: 'c', contestId: 'i-selva', name: 'Clara Núñez' },
  ],
  cards: [
    {
      id: 't-1',
      organisationId: 'rio',
      listContestIds: ['l-norte', 'l-sur'],
      candidateIds: ['a', 'b'],
    },
    { id: 't-2', organisationId: 'cerro', listContestIds: ['l-sur'], candidateIds: ['b'] },
    { id: 't-3', organisationId: 'sabana', listContestIds: ['l-sur'], candidateIds: [] },
    { id: 't-4', organisationId: 'vecinos', listContestIds: [], candidateIds: ['c'] },
  ],
  summedLists: [
    { id: 'nacional', name: localized('Nacional'), seats: 5, contestIds: ['l-norte', 'l-sur'] },
  ],
  slates: [],
  tieRule: { kind: 'open' },
};

const NORTH = ['pais', 'norte', 'norte-1', 'selva'];
const SOUTH = ['pais', 'sur', 'sur-1'];

describe('the offer of a precinct', () => {
  test('has the contests of its districts and no other, with what these need', () => {
    const north = offerIn(OFFER, NORTH);
    expect(north.contests.map(({ id }) => id)).toEqual(['l-norte', 'n-norte', 'i-selva']);
    expect(north.candidates.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(north.cards).toEqual([
      { id: 't-1', organisationId: 'rio', listContestIds: ['l-norte'], candidateIds: ['a'] },
      { id: 't-4', organisationId: 'vecinos', listContestIds: [], candidateIds: ['c'] },
    ]);
    expect(north.organisations.map(({ id }) => id)).toEqual(['rio', 'vecinos']);
    expect(north.alliances).toEqual([{ id: 'agua', name: 'Agua', organisationIds: ['rio'] }]);
    expect(offerIn(OFFER, SOUTH).cards.map(({ id }) => id)).toEqual(['t-1', 't-2', 't-3']);
  });

  test('gives indigenous voters a style of their own, where there is such a contest', () => {
    expect(offerIn(OFFER, NORTH).ballotStyles).toEqual([
      { id: GENERAL_STYLE, contestIds: ['l-norte', 'n-norte'] },
      { id: FULL_STYLE, contestIds: ['l-norte', 'n-norte', 'i-selva'] },
    ]);
    expect(offerIn(OFFER, SOUTH).ballotStyles).toEqual([
      { id: GENERAL_STYLE, contestIds: ['l-sur', 'n-sur'] },
    ]);
  });

  test.each([NORTH, SOUTH])('is a definition that a machine accepts', (...districtIds) => {
    const place = { code: '010203004', name: 'Escuela', address: 'Calle 1', districtIds };
    const precinct = {
      pollingPlaceCode: place.code,
      number: '02',
      registered: 500,
      reportId: '010203004.02.1.0001',
      officers: base.officers,
    };
    const definition = precinctDefinition(OFFER, makeOfferIn(OFFER)(districtIds), place, precinct);
    expect(checkDefinition(JSON.parse(JSON.stringify(definition)))).toEqual({
      ok: true,
      value: definition,
    });
    expect(definition.precinct.number).toBe('02');
  });
});
