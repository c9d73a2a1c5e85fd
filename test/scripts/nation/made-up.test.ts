import { describe, expect, test } from 'vitest';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import { MAX_CARDS } from '#firmware/election/limits.ts';
import type { NationalElection } from '#firmware/nation/offer.ts';
import { makeOfferIn, precinctDefinition } from '#firmware/nation/precinct-definition.ts';
import { apportion } from '#scripts/nation/apportion.ts';
import { MADE_UP_LARGEST, makeNationalElection } from '#scripts/nation/made-up.ts';

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
const distinct = (values: readonly unknown[]): number => new Set(values).size;

const whole = makeNationalElection(1);

/** One definition of each combination of districts, as a machine gets it. */
const definitionsOf = ({ offer, places, precincts }: NationalElection) => {
  const offerHere = makeOfferIn(offer);
  const byCode = new Map(places.map((place) => [place.code, place]));
  const seen = new Map<string, ReturnType<typeof precinctDefinition>>();
  for (const precinct of precincts) {
    const place = byCode.get(precinct.pollingPlaceCode)!;
    const key = place.districtIds.join(' ');
    if (seen.has(key)) continue;
    seen.set(key, precinctDefinition(offer, offerHere(place.districtIds), place, precinct));
  }
  return [...seen.values()];
};

describe('the made-up national election', () => {
  test('has the numbers of the real one', () => {
    const { offer, places, precincts } = whole;
    expect(places.length).toBe(14_221);
    expect(precincts.length).toBe(29_622);
    expect(sum(precincts.map(({ registered }) => registered))).toBe(20_710_421);
    expect(offer.organisations.length).toBe(107);
    const listed = sum(offer.slates.map(({ names }) => names.length));
    expect(offer.candidates.length + listed).toBe(14_480);
    const seatsOf = (kind: string) =>
      sum(offer.contests.filter((each) => each.kind === kind).map(({ seats }) => seats));
    expect([seatsOf('list'), seatsOf('nominal'), seatsOf('indigenous')]).toEqual([96, 130, 3]);
    expect(offer.summedLists.map(({ seats }) => seats)).toEqual([48]);
    const count = (kind: string) => offer.districts.filter((each) => each.kind === kind).length;
    expect([count('state'), count('constituency'), count('indigenousRegion')]).toEqual([24, 87, 3]);
    const nominal = offer.contests.filter(({ kind }) => kind === 'nominal');
    expect([...new Set(nominal.map(({ votes }) => votes))].sort()).toEqual([1, 2, 3, 4]);
  });

  test('keeps within what a machine and a polling place take', () => {
    const { places, precincts } = whole;
    expect(distinct(places.map(({ code }) => code))).toBe(places.length);
    expect(distinct(precincts.map(({ reportId }) => reportId))).toBe(precincts.length);
    expect(Math.max(...precincts.map(({ registered }) => registered))).toBeLessThanOrEqual(
      MADE_UP_LARGEST,
    );
    expect(Math.min(...precincts.map(({ registered }) => registered))).toBeGreaterThan(300);
  });

  test('is accepted by a machine in every combination of districts, with at most 110 cards', () => {
    const definitions = definitionsOf(whole);
    expect(definitions.length).toBe(87);
    for (const definition of definitions) {
      const checked = checkDefinition(definition);
      expect(checked.ok ? [] : checked.error).toEqual([]);
      expect(definition.cards.length).toBeLessThanOrEqual(MAX_CARDS);
      expect(definition.cards.length).toBeGreaterThanOrEqual(100);
    }
  });

  test.each([1, 2, 10, 86, 87, 200, 1000])('keeps its proportions with %i precincts', (count) => {
    const { offer, places, precincts } = makeNationalElection('s', count);
    expect(precincts.length).toBe(count);
    expect(sum(precincts.map(({ registered }) => registered)) / count).toBeCloseTo(699.2, 0);
    expect(Math.max(...precincts.map(({ registered }) => registered))).toBeLessThanOrEqual(
      MADE_UP_LARGEST,
    );
    expect(distinct(places.map(({ code }) => code))).toBe(places.length);
    // No contest is without a precinct.
    const voted = new Set(places.flatMap(({ districtIds }) => districtIds));
    expect(offer.contests.filter(({ districtId }) => !voted.has(districtId))).toEqual([]);
    for (const definition of definitionsOf({ offer, places, precincts }))
      expect(checkDefinition(definition).ok).toBe(true);
  });

  test('is the same from the same seed, and another from another', () => {
    const text = (seed: number) => JSON.stringify(makeNationalElection(seed, 20));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });
});

describe('apportioning', () => {
  test.each([
    [10, [1, 1, 1], 0, [4, 3, 3]],
    [10, [8, 1, 1], 1, [6, 2, 2]],
    [3, [5, 5, 5], 1, [1, 1, 1]],
  ] as const)('%i by %j, at least %i each, is %j', (total, weights, least, parts) => {
    expect(apportion(total, weights, least)).toEqual(parts);
  });
});
