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
import { OFFER as COUNTRY_OFFER } from './country.ts';

const { officers } = loadOwnDefinition(SMALL_PATH);

/** Fewer candidates and lists than in the country: not every card has something everywhere. */
const OFFER: NationalOffer = {
  ...COUNTRY_OFFER,
  alliances: [{ id: 'agua', name: 'Agua', organisationIds: ['rio', 'sabana'] }],
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
      officers,
    };
    const definition = precinctDefinition(OFFER, makeOfferIn(OFFER)(districtIds), place, precinct);
    expect(checkDefinition(JSON.parse(JSON.stringify(definition)))).toEqual({
      ok: true,
      value: definition,
    });
    expect(definition.precinct.number).toBe('02');
  });
});
