/** What the bench takes from a page or a program, and how it says what is wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  either,
  flag,
  list,
  nothing,
  number,
  object,
  readBody,
  text,
  word,
} from '#scripts/bench/request.ts';

const shape = object(
  { at: word(['open', 'friday']), keys: either(text(3), list(number(0, 9), 2)) },
  { on: flag, who: either(text(5), nothing) },
);
const read = (value: unknown) => readBody(JSON.stringify(value), shape);

describe('a request to the bench', () => {
  test('is taken with all of its fields or only those it needs', () => {
    expect(read({ at: 'open', keys: [1, 2], on: true, who: null })).toEqual({
      ok: true,
      value: { at: 'open', keys: [1, 2], on: true, who: null },
    });
    expect(read({ at: 'friday', keys: 'abc' })).toEqual({
      ok: true,
      value: { at: 'friday', keys: 'abc' },
    });
  });

  test.each([
    ['no JSON', '{', '$', 'JSON'],
    ['no object', '[]', '$', 'an object'],
    ['a word of its own', '{"at":"monday","keys":"1"}', '$.at', 'one of open, friday'],
    ['a field of its own', '{"at":"open","keys":"1","colour":1}', '$.colour', 'no such field'],
    [
      'a missing field',
      '{"at":"open"}',
      '$.keys',
      'text of 1 to 3 characters, or a list of at most 2',
    ],
    [
      'too much',
      '{"at":"open","keys":"1234"}',
      '$.keys',
      'text of 1 to 3 characters, or a list of at most 2',
    ],
    ['a wrong kind', '{"at":"open","keys":"1","on":"yes"}', '$.on', 'true or false'],
    ['__proto__', '{"at":"open","keys":"1","__proto__":{}}', '$.__proto__', 'no such field'],
  ])('with %s is refused, with its path', (_, body, path, error) => {
    expect(readBody(body, shape)).toEqual({ ok: false, error: { path, error } });
  });

  test('of any kind whatever is answered and never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        const answer = readBody(body, shape);
        expect(
          answer.ok ? 'taken' : answer.error.path.startsWith('$') && answer.error.error,
        ).toBeTruthy();
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('knows no number that is none', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '1', null, -1, 11])
      expect(number(0, 10)(value, '$').ok).toBe(false);
  });
});
