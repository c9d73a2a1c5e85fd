import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import { DEMO_PATH, SMALL_PATH } from '#scripts/elections/load.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8')) as Json;
const schemaPath = new URL('../../scripts/elections/definition.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as Record<string, Json>;
const matchesSchema = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

/** The small election with `value` at `path` (`undefined`: removed); `[+]` appends to a list. */
const changed = (path: string, value: Json | undefined): Json => {
  const root = read(SMALL_PATH);
  const steps = path.match(/[A-Za-z]+|\d+|\+/g) ?? [];
  const last = steps.at(-1) ?? '';
  const holder = steps
    .slice(0, -1)
    .reduce((at, step) => (at as unknown as Record<string, Json>)[step] ?? null, root);
  if (Array.isArray(holder) && last === '+') holder.push(value ?? null);
  else if (value === undefined) delete (holder as unknown as Record<string, Json>)[last];
  else (holder as unknown as Record<string, Json>)[last] = value;
  return root;
};

const errorsOf = (json: unknown): readonly string[] => {
  const checked = checkDefinition(json);
  return checked.ok ? [] : checked.error.map((each) => `${each.path} ${each.message}`);
};

/** Change; where the error is; a part of its message; whether the schema sees it as well. */
const MISTAKES = [
  ['title', undefined, '$.title', 'is missing', 'shape'],
  ['colour', '#ffffff', '$.colour', 'not a field known here', 'shape'],
  ['test', 'yes', '$.test', 'true or false', 'shape'],
  ['locale', 'fr', '$.locale', 'one of es, en', 'shape'],
  ['id', 'Has Capitals', '$.id', 'an identifier', 'shape'],
  ['title.en', 7, '$.title.en', 'must be text, is a number', 'shape'],
  ['authority', '', '$.authority', 'must not be empty', 'shape'],
  ['authority', 'x'.repeat(61), '$.authority', '61 characters, at most 60', 'shape'],
  ['candidates[1].name', 'Ana\u0007 Paz', '$.candidates[1].name', 'control', 'shape'],
  ['candidates[1].name', 'Ana\u202e Paz', '$.candidates[1].name', 'invisible', 'shape'],
  ['candidates[1].name', ' Ana Paz', '$.candidates[1].name', 'space', 'shape'],
  ['candidates[1].name', 'Pen\u0303a', '$.candidates[1].name', 'normal form C', 'relation'],
  ['organisations[0].colours[0]', 'red', '$.organisations[0].colours[0]', 'a colour', 'shape'],
  ['organisations[0].colours', [], '$.organisations[0].colours', 'at least 1', 'shape'],
  ['precinct.number', '1', '$.precinct.number', '2 digits', 'shape'],
  ['precinct.pollingPlaceCode', '12345678x', '$.precinct.pollingPlaceCode', '9 digits', 'shape'],
  ['precinct.reportId', '1.1', '$.precinct.reportId', 'report identifier', 'shape'],
  ['precinct.reportId', '999999999.01.1.0001', '$.precinct.reportId', 'begin with', 'relation'],
  ['calendar.opensAt', '6 December', '$.calendar.opensAt', 'date and time', 'shape'],
  ['calendar.opensAt', '2020-12-06T06:00:00', '$.calendar.opensAt', 'with offset', 'shape'],
  ['calendar.opensAt', '2021-02-29T06:00:00Z', '$.calendar.opensAt', 'date and time', 'relation'],
  [
    'calendar.closesAt',
    '2020-12-06T06:00:00-04:00',
    '$.calendar.closesAt',
    'after opensAt',
    'relation',
  ],
  [
    'calendar.validUntil',
    '2020-12-06T17:59:00-04:00',
    '$.calendar.validUntil',
    'after',
    'relation',
  ],
  ['contests[1].votes', 0, '$.contests[1].votes', 'between 1 and 10', 'shape'],
  ['contests[1].votes', 1.5, '$.contests[1].votes', 'whole number, is 1.5', 'shape'],
  ['contests[0].votes', 2, '$.contests[0].votes', 'must be 1 in a list contest', 'relation'],
  ['contests[1].districtId', 'nowhere', '$.contests[1].districtId', 'not in districts', 'relation'],
  ['contests[1].id', 'lista', '$.contests[1].id', 'repeats', 'relation'],
  [
    'contests[+]',
    {
      id: 'nueva',
      kind: 'nominal',
      name: { es: 'Nueva', en: 'New' },
      districtId: 'region',
      votes: 1,
    },
    '$.contests[2]',
    'no option on any card',
    'relation',
  ],
  [
    'contests[+]',
    {
      id: 'nueva',
      kind: 'nominal',
      name: { es: 'Nueva', en: 'New' },
      districtId: 'region',
      votes: 1,
    },
    '$.contests[2]',
    'in no ballot style',
    'relation',
  ],
  [
    'candidates[0].contestId',
    'lista',
    '$.candidates[0].contestId',
    'is a list contest',
    'relation',
  ],
  ['candidates[0].contestId', 'none', '$.candidates[0].contestId', 'not in contests', 'relation'],
  [
    'candidates[+]',
    { id: 'c-6', contestId: 'nominal', name: 'Fidel Otero' },
    '$.candidates[5]',
    'on no card',
    'relation',
  ],
  [
    'cards[2].organisationId',
    'ghost',
    '$.cards[2].organisationId',
    'not in organisations',
    'relation',
  ],
  [
    'cards[2].candidateIds[1]',
    'c-9',
    '$.cards[2].candidateIds[1]',
    'not in candidates',
    'relation',
  ],
  ['cards[2].candidateIds[1]', 'c-1', '$.cards[2].candidateIds[1]', 'repeats', 'shape'],
  [
    'cards[2].listContestIds[0]',
    'nominal',
    '$.cards[2].listContestIds[0]',
    'not a list contest',
    'relation',
  ],
  ['cards[3].candidateIds', [], '$.cards[3]', 'neither a list nor a candidate', 'relation'],
  [
    'cards[2].id',
    't-1',
    '$.cards[2].id',
    'repeats the identifier t-1 of $.cards[0].id',
    'relation',
  ],
  [
    'cards',
    Array.from({ length: 111 }, (_, index) => ({
      id: `t-${index}`,
      organisationId: 'rio',
      listContestIds: ['lista'],
      candidateIds: ['c-1', 'c-2', 'c-3', 'c-4', 'c-5'],
    })),
    '$.cards',
    '111 entries, at most 110',
    'shape',
  ],
  [
    'alliances[+]',
    { id: 'otra', name: 'Otra', organisationIds: ['rio'] },
    '$.alliances[1].organisationIds[0]',
    'already in the alliance',
    'relation',
  ],
  ['ballotStyles[0].contestIds', [], '$.ballotStyles[0].contestIds', 'at least 1', 'shape'],
  [
    'ballotStyles[0].contestIds[1]',
    'ghost',
    '$.ballotStyles[0].contestIds[1]',
    'not in contests',
    'relation',
  ],
  [
    'precinct.districtIds',
    ['region'],
    '$.ballotStyles[0].contestIds[1]',
    "not the precinct's",
    'relation',
  ],
  [
    'precinct.districtIds',
    ['region', 'circuito-1', 'luna'],
    '$.precinct.districtIds[2]',
    'not in districts',
    'relation',
  ],
  [
    'officers[1].role',
    'presidingOfficer',
    '$.officers',
    'one presiding officer, has 2',
    'relation',
  ],
  ['officers[1].id', 'of-1', '$.officers[1].id', 'repeats', 'relation'],
  ['rules.shareThreshold', 6, '$.rules.shareThreshold', 'only 5 officers', 'relation'],
  ['rules.shareThreshold', 1, '$.rules.shareThreshold', 'at least 2', 'relation'],
  ['rules.shareThreshold', 2, '$.rules.shareThreshold', 'role pollWorker alone', 'relation'],
  ['rules.warningMs', 180_000, '$.rules.warningMs', 'shorter than the voting time', 'relation'],
  [
    'rules.noStoredPrintLimitPercent',
    101,
    '$.rules.noStoredPrintLimitPercent',
    'between 0 and 100',
    'shape',
  ],
  ['officers', [], '$.officers', 'at least 1', 'shape'],
] as const;

describe('an election definition', () => {
  test.each([DEMO_PATH, SMALL_PATH])('%s is accepted, by the schema too', (path) => {
    expect(errorsOf(read(path))).toEqual([]);
    expect(matchesSchema(read(path)), JSON.stringify(matchesSchema.errors)).toBe(true);
  });

  test('comes back as it was written', () => {
    const checked = checkDefinition(read(DEMO_PATH));
    expect(checked.ok && checked.value).toEqual(read(DEMO_PATH));
  });

  test.each(MISTAKES)(
    '%s = %j: the error is at %s and says "%s"',
    (path, value, at, message, seen) => {
      const json = changed(path, value as Json | undefined);
      expect(
        errorsOf(json).some((each) => each.startsWith(`${at} `) && each.includes(message)),
      ).toBe(true);
      expect(matchesSchema(json)).toBe(seen === 'relation');
    },
  );

  test('one mistake is one error', () => {
    expect(errorsOf(changed('rules.shareThreshold', 9))).toHaveLength(1);
    expect(errorsOf(changed('contests[1].votes', 99))).toHaveLength(1);
    expect(errorsOf(changed('cards[3].candidateIds[0]', 'c-9'))).toEqual([
      '$.candidates[4] the candidate c-5 is on no card',
      '$.cards[3].candidateIds[0] refers to c-9, which is not in candidates',
    ]);
    expect(errorsOf(changed('organisations', undefined))).toEqual(['$.organisations is missing']);
  });

  test('all mistakes are reported at once', () => {
    const json = changed('calendar.opensAt', 'never') as { [name: string]: Json };
    json.authority = 4;
    (json.rules as { [name: string]: Json }).shareThreshold = 9;
    (json.contests as { [name: string]: Json }[])[0]!.votes = 2;
    const paths = errorsOf(json).map((each) => each.split(' ')[0]);
    expect(paths).toEqual(
      expect.arrayContaining([
        '$.calendar.opensAt',
        '$.authority',
        '$.rules.shareThreshold',
        '$.contests[0].votes',
      ]),
    );
  });

  test.each([null, 7, 'text', [], true, { id: {} }])('%j is no definition', (json) => {
    expect(errorsOf(json).length).toBeGreaterThan(0);
    expect(matchesSchema(json)).toBe(false);
  });

  test('a hostile file costs little: lists are not looked into beyond their limit', () => {
    const json = changed(
      'candidates',
      Array.from({ length: 100_000 }, () => 7),
    );
    expect(errorsOf(json).length).toBeLessThanOrEqual(500);
  });

  test('an unknown field with an odd name is quoted', () => {
    expect(errorsOf(changed('rules.a', 1))).toEqual(['$.rules.a is not a field known here']);
    const json = read(SMALL_PATH) as { [name: string]: Json };
    json['a b'] = 1;
    expect(errorsOf(json)).toEqual(['$["a b"] is not a field known here']);
  });
});

describe('the JSON Schema', () => {
  /** Every `properties` entry, with the path to it. */
  const fieldsOf = (node: Json, path: string): readonly (readonly [string, Json])[] => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return [];
    const properties = node.properties;
    const own =
      typeof properties === 'object' && properties !== null && !Array.isArray(properties)
        ? Object.entries(properties).map(([name, field]) => [`${path}.${name}`, field] as const)
        : [];
    return [
      ...own,
      ...own.flatMap(([at, field]) => fieldsOf(field, at)),
      ...fieldsOf(node.items ?? null, `${path}[]`),
    ];
  };

  test('describes every field and closes every object', () => {
    const fields = fieldsOf(schema, '$');
    expect(fields.length).toBeGreaterThan(60);
    for (const [path, field] of fields) {
      expect(field, path).toHaveProperty('description');
      if (typeof field === 'object' && field !== null && 'properties' in field) {
        expect(field, path).toHaveProperty('additionalProperties', false);
      }
    }
  });
});
