import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { OFFER, seatsOf } from './country.ts';

const find = (id: string, results: ReturnType<typeof seatsOf>) => {
  const found = results.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const won = (result: ReturnType<typeof find>) =>
  Object.fromEntries(result.competitors.map(({ id, seats }) => [id, seats]));

describe('seats of a country', () => {
  test('the national list of 2020: 36, 9, 2 and 1 of 48, by the sum of the regional lists', () => {
    const votes = [
      4_317_819, 1_101_816, 260_604, 170_227, 99_632, 77_301, 67_547, 53_186, 44_341, 19_174,
      16_043,
    ];
    const organisations = votes.map((_, index) => ({
      id: `o-${index}`,
      name: `O ${index}`,
      shortName: `O${index}`,
      colours: ['#000000'] as const,
    }));
    const offer = {
      ...OFFER,
      organisations,
      alliances: [],
      cards: organisations.map(({ id }) => ({
        id: `t-${id}`,
        organisationId: id,
        listContestIds: ['l-norte', 'l-sur'],
        candidateIds: [],
      })),
      summedLists: [{ ...OFFER.summedLists[0]!, seats: 48 }],
    };
    const north = votes.map((each, index) => Math.floor(each / (index + 2)));
    const south = votes.map((each, index) => each - north[index]!);
    const national = find('nacional', seatsOf(offer, { 'l-norte': north, 'l-sur': south }));
    expect(national.competitors.map((each) => each.votes)).toEqual(votes);
    expect(national.competitors.map(({ seats }) => seats)).toEqual([
      36, 9, 2, 1, 0, 0, 0, 0, 0, 0, 0,
    ]);
    expect([national.tie, national.vacant]).toEqual([null, 0]);
  });

  test('an alliance is one competitor with the votes of all its cards, and slates give the names', () => {
    const results = seatsOf(OFFER, { 'l-norte': [30, 70], 'l-sur': [20, 25, 35] });
    expect(won(find('l-sur', results))).toEqual({ 'alianza-agua': 3, cerro: 1 });
    expect(find('l-norte', results).elected).toEqual([
      { competitorId: 'alianza-agua', name: null },
      { competitorId: 'cerro', name: 'Hilda Leal' },
      { competitorId: 'cerro', name: 'Isidro Torres' },
    ]);
    // 85 to 95: 2 seats to 3; the slate of two has no third name.
    expect(find('nacional', results).elected.map(({ name }) => name)).toEqual([
      'Josefina Duarte',
      'Luis Mora',
      null,
      null,
      null,
    ]);
  });

  test('a candidate has the votes of all cards that present them', () => {
    // Options in the order of the cards: d on t-1, e on t-2, d on t-3.
    const result = find('n-sur', seatsOf(OFFER, { 'n-sur': [40, 60, 30] }));
    expect(result.competitors).toEqual([
      { id: 'd', votes: 70, seats: 1 },
      { id: 'e', votes: 60, seats: 0 },
    ]);
    expect(result.elected).toEqual([{ competitorId: 'd', name: 'Domingo Sosa' }]);
  });

  test('without votes a seat stays vacant and is no tie', () => {
    const result = find('i-selva', seatsOf(OFFER, {}));
    expect(result).toMatchObject({ vacant: 1, tie: null, elected: [] });
  });
});

describe('a tie', () => {
  const tied = { 'i-selva': [50, 50] };

  test('goes to who stands first on the ballot, and is shown', () => {
    const result = find('i-selva', seatsOf(OFFER, tied));
    expect(result.elected).toEqual([{ competitorId: 'f', name: 'Flor Uriana' }]);
    expect(result.tie).toEqual({
      tied: ['f', 'g'],
      seats: 1,
      rule: 'ballotOrder',
      decided: ['f'],
    });
  });

  test('stays open where the rule says so, and the seat with it', () => {
    const result = find('i-selva', seatsOf({ ...OFFER, tieRule: { kind: 'open' } }, tied));
    expect(result).toMatchObject({ elected: [], vacant: 1 });
    expect(result.tie).toEqual({ tied: ['f', 'g'], seats: 1, rule: 'open', decided: [] });
  });

  test.each(['uno', 'dos', 'tres', 'cuatro', 'cinco'])(
    'is drawn by the lot of the seed %s, which anyone can draw again',
    (seed) => {
      const lot = (id: string) =>
        createHash('sha256').update(`${seed}\ni-selva\n${id}`).digest('hex');
      const first = lot('f') < lot('g') ? 'f' : 'g';
      const result = find('i-selva', seatsOf({ ...OFFER, tieRule: { kind: 'lot', seed } }, tied));
      expect(result.tie?.decided).toEqual([first]);
      expect(won(result)).toEqual({ f: 0, g: 0, [first]: 1 });
    },
  );

  test('of lists is of the last seats alone', () => {
    // 3 seats, 50 to 50: one each, the third by the ballot's order.
    const result = find('l-norte', seatsOf(OFFER, { 'l-norte': [50, 50] }));
    expect(won(result)).toEqual({ 'alianza-agua': 2, cerro: 1 });
    expect(result.tie?.seats).toBe(1);
  });
});
