import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubledFields } from '#firmware/nation/doubled-fields.ts';

const found = (text: string) => {
  JSON.parse(text);
  return doubledFields(text, 10);
};

test.each([
  ['{"a":1,"a":2}', [{ line: 1, name: 'a' }]],
  ['{"a":1,\n"b":{"a":2,\n"c":[{"a":1},{"a":1}],\n"a" \n:3}}', [{ line: 4, name: 'a' }]],
  ['{"\\u0061":1,"a":2}', [{ line: 1, name: 'a' }]],
  ['["a","a",{"b":"a","a":"b"}]', []],
  ['{"a":"{\\"a\\":1","b":"a"}', []],
  ['{"__proto__":1,"__proto__":2}', [{ line: 1, name: '__proto__' }]],
])('%s', (text, doubled) => {
  expect(found(text)).toEqual(doubled);
});

test('whatever JSON.stringify writes has none, and one that is put in is found', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      const spaced = JSON.stringify(JSON.parse(text), null, 1);
      expect(found(spaced)).toEqual([]);
      expect(found(`{"x":${spaced},"x":1}`)).toEqual([
        { line: spaced.split('\n').length, name: 'x' },
      ]);
    }),
  );
});

test('tells no more than asked for', () => {
  const text = `{${Array.from({ length: 50 }, () => '"a":1').join(',')}}`;
  expect(doubledFields(text, 3).length).toBe(3);
});
