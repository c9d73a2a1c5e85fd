import { describe, expect, test } from 'vitest';
import { readRegister } from '#firmware/nation/read-register.ts';
import { MAX_REGISTER_BYTES, type Register, registerText } from '#firmware/nation/register.ts';
import { COUNTRY } from './country.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const { register } = COUNTRY;
const text = registerText(register);

const mistakes = (given: Uint8Array): readonly string[] => {
  const read = readRegister(given);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path} ${message}`);
};
const changed = (change: (precincts: Register['precincts']) => Register['precincts']) =>
  mistakes(bytesOf(registerText({ ...register, precincts: change(register.precincts) })));

describe('the register of precincts', () => {
  test('reads what it writes', () => {
    expect(readRegister(bytesOf(text))).toEqual({ ok: true, value: register });
  });

  test.each([
    ['cut off', bytesOf(text.slice(0, -20)), '$ is not a JSON object'],
    ['in UTF-16', new Uint8Array(Buffer.from(text, 'utf16le')), '$ is not a JSON object'],
    ['in Latin-1', bytesOf(text).with(5, 0xff), '$ is not UTF-8'],
    ['a list', bytesOf('[]'), '$ is not a JSON object'],
    ['nested deep', bytesOf('['.repeat(2_000_000)), '$ is not a JSON object'],
    ['spelled otherwise', bytesOf(text.replace('\n', ' \n')), '$ is spelled otherwise'],
    [
      'of another format',
      bytesOf(text.replace('precincts-1', 'precincts-2')),
      '$.format must be one of urna-precincts-1',
    ],
    [
      'with a member more',
      bytesOf(text.replace('"test":', '"extra":1,"test":')),
      '$.extra is not a field known here',
    ],
    [
      'huge',
      new Uint8Array(MAX_REGISTER_BYTES + 1),
      `$ has ${MAX_REGISTER_BYTES + 1} bytes, at most ${MAX_REGISTER_BYTES} are read`,
    ],
  ])('%s: says what is wrong', (_, given, message) => {
    expect(mistakes(given)).toEqual([message]);
  });

  test('marks precincts whose results are made up, and in a test election alone', () => {
    const [first, ...rest] = register.precincts as [
      Register['precincts'][0],
      ...typeof register.precincts,
    ];
    const marked: Register = {
      ...register,
      test: true,
      precincts: [{ ...first, madeUp: true }, ...rest],
    };
    const markedText = registerText(marked);
    expect(readRegister(bytesOf(markedText))).toEqual({ ok: true, value: marked });
    expect(mistakes(bytesOf(registerText({ ...marked, test: false })))).toEqual([
      '$.precincts[0].madeUp stands in a test election alone',
    ]);
    expect(mistakes(bytesOf(markedText.replace('"madeUp":true', '"madeUp":false')))).toEqual([
      '$.precincts[0].madeUp is true or not there',
    ]);
  });

  test('names everything that stands in it twice', () => {
    const [first, second] = register.precincts;
    if (first === undefined || second === undefined) throw new Error('no precincts');
    expect(changed((all) => [...all, first])).toEqual([
      `$.precincts[12].id ${first.id} stands in the list twice`,
      `$.precincts[12].reportId ${first.reportId} stands in the list twice`,
      `$.precincts[12].machines[0].key ${first.machines[0]?.key} stands in the list twice`,
      `$.precincts[12].machines[0].code ${first.machines[0]?.code} stands in the list twice`,
    ]);
    expect(
      changed((all) => [first, { ...second, machines: first.machines }, ...all.slice(2)]),
    ).toHaveLength(2);
  });

  test.each([
    ['a precinct', { id: '1.1' }, '$.precincts[0].id'],
    ['a report', { reportId: 'x' }, '$.precincts[0].reportId'],
    ['a district', { districtIds: ['X Y'] }, '$.precincts[0].districtIds[0]'],
    ['no district', { districtIds: [] }, '$.precincts[0].districtIds'],
    ['fewer voters than none', { registered: -1 }, '$.precincts[0].registered'],
    [
      'a mistyped code',
      { machines: [{ code: 'AAAA', key: '00'.repeat(32) }] },
      '$.precincts[0].machines[0].code',
    ],
    [
      'a short key',
      { machines: [{ code: register.precincts[0]!.machines[0]!.code, key: '00' }] },
      '$.precincts[0].machines[0].key',
    ],
  ])('refuses %s by its path', (_, change, path) => {
    const found = changed(([first, ...rest]) => [{ ...first!, ...change }, ...rest]);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${path} `)).toBe(true);
  });
});
