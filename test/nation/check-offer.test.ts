import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { checkOffer } from '#firmware/nation/check-offer.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const read = (path: string): Record<string, Json> =>
  JSON.parse(readFileSync(new URL(`../../scripts/${path}`, import.meta.url), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: true });
ajv.addSchema(read('elections/definition.schema.json'));
const matchesSchema = ajv.compile(read('nation/election.schema.json'));

const offer = makeNationalElection(2, 3).offer;

/** The made-up offer with `value` at `path`; `undefined`: removed. */
const changed = (path: string, value: Json | undefined): Json => {
  const root: Json = JSON.parse(JSON.stringify(offer));
  const steps = path.match(/[A-Za-z]+|\d+/g) ?? [];
  const last = steps.at(-1) ?? '';
  const holder = steps
    .slice(0, -1)
    .reduce((at, step) => (at as unknown as Record<string, Json>)[step] ?? null, root);
  if (value === undefined) delete (holder as unknown as Record<string, Json>)[last];
  else (holder as unknown as Record<string, Json>)[last] = value;
  return root;
};

const mistakesIn = (json: unknown): readonly string[] => {
  const found: string[] = [];
  checkOffer(json, (path, message) => found.push(`${path} ${message}`));
  return found;
};

const [nation = '', state = ''] = offer.districts.map(({ id }) => id);
const nominal = offer.contests.find(({ kind }) => kind === 'nominal')?.id ?? '';
const allied = offer.alliances[0]?.organisationIds[0] ?? '';

/** Change; where the mistake is; a part of its message; whether the schema sees it as well. */
const MISTAKES: readonly (readonly [
  string,
  Json | undefined,
  string,
  string,
  'shape' | 'relation',
])[] = [
  ['title', undefined, '$.title', 'is missing', 'shape'],
  ['ballotStyles', [], '$.ballotStyles', 'not a field known here', 'shape'],
  ['districts[0].kind', 'planet', '$.districts[0].kind', 'must be one of', 'shape'],
  ['districts[1].parentId', 7, '$.districts[1].parentId', 'must be text', 'shape'],
  [
    'districts[1].parentId',
    null,
    '$.districts[1].parentId',
    'lies in one of kind nation',
    'relation',
  ],
  ['districts[0].parentId', state, '$.districts[0].parentId', 'must be null', 'relation'],
  ['districts[1].kind', 'nation', '$.districts', 'must have one nation, has 2', 'relation'],
  ['districts[1].id', nation, '$.districts[1].id', 'repeats the identifier', 'relation'],
  ['contests[0].seats', 0, '$.contests[0].seats', 'between 1 and 1000', 'shape'],
  ['contests[0].seats', undefined, '$.contests[0].seats', 'is missing', 'shape'],
  [
    'contests[0].districtId',
    'nowhere',
    '$.contests[0].districtId',
    'is not in districts',
    'relation',
  ],
  [
    'candidates[0].contestId',
    'none',
    '$.candidates[0].contestId',
    'is not in contests',
    'relation',
  ],
  [
    'cards[0].candidateIds[0]',
    'nobody',
    '$.cards[0].candidateIds[0]',
    'not in candidates',
    'relation',
  ],
  [
    'cards[0].listContestIds[0]',
    nominal,
    '$.cards[0].listContestIds[0]',
    'not a list contest',
    'relation',
  ],
  [
    'alliances[0].organisationIds[0]',
    'nobody',
    '$.alliances[0].organisationIds[0]',
    'not in organisations',
    'relation',
  ],
  ['summedLists[0].id', nominal, '$.summedLists[0].id', 'is a contest too', 'relation'],
  [
    'summedLists[0].contestIds[0]',
    nominal,
    '$.summedLists[0].contestIds[0]',
    'not a list contest',
    'relation',
  ],
  ['slates[0].names', [], '$.slates[0].names', 'at least 1', 'shape'],
  ['slates[0].contestId', nominal, '$.slates[0].contestId', 'neither a list contest', 'relation'],
  [
    'slates[0].competitorId',
    allied,
    '$.slates[0].competitorId',
    'stands in an alliance',
    'relation',
  ],
  ['tieRule', { kind: 'dice' }, '$.tieRule.kind', 'must be one of', 'shape'],
  ['tieRule', { kind: 'lot' }, '$.tieRule.seed', 'is missing', 'shape'],
  ['tieRule', { kind: 'open', seed: 'x' }, '$.tieRule.seed', 'not a field', 'shape'],
  ['tieRule', null, '$.tieRule', 'must be', 'shape'],
  [
    'calendar.closesAt',
    '2020-12-06T05:00:00-04:00',
    '$.calendar.closesAt',
    'after opensAt',
    'relation',
  ],
  ['rules.warningMs', 400_000, '$.rules.warningMs', 'shorter than the voting time', 'relation'],
];

describe('a national offer', () => {
  test('is accepted as it is made, by the schema too', () => {
    expect(mistakesIn(offer)).toEqual([]);
    expect(matchesSchema(offer), ajv.errorsText(matchesSchema.errors)).toBe(true);
  });

  test.each([
    ['ballotOrder', { kind: 'ballotOrder' }],
    ['open', { kind: 'open' }],
  ])('may decide ties by %s', (_, tieRule) => {
    expect(mistakesIn(changed('tieRule', tieRule))).toEqual([]);
    expect(matchesSchema(changed('tieRule', tieRule))).toBe(true);
  });

  test.each(MISTAKES)('%s = %j is a mistake at %s', (path, value, at, message, seen) => {
    const json = changed(path, value);
    const found = mistakesIn(json);
    expect(
      found.some((each) => each.startsWith(`${at} `) && each.includes(message)),
      found.join('\n'),
    ).toBe(true);
    expect(matchesSchema(json)).toBe(seen === 'relation');
  });

  test.each([null, 7, 'x', [], {}])('%j is none', (json) => {
    expect(mistakesIn(json).length).toBeGreaterThan(0);
    expect(matchesSchema(json)).toBe(false);
  });
});
