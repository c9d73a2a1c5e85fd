/** Officers' tokens as files: what is wrong with one is named. */
import { expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { sealToken } from '#firmware/vault/officer-token.ts';
import { checkTokens, hoursForAll } from '#scripts/keys/check-tokens.ts';

const CHEAP = { N: 2, r: 1, p: 1 };
const token = (officerId: string, precinct = 'p-1', seed = 1): Uint8Array =>
  sealToken(
    { share: new Uint8Array(33).fill(1), pollbookKey: null },
    { version: 1, electionId: 'e', precinct, officerId, role: 'pollWorker' },
    '271828',
    CHEAP,
    makeSeededEntropy(seed, 'token'),
  );
const file = (path: string, bytes: Uint8Array) => ({ path, bytes });
const A = file('a', token('of-1'));
const B = file('b', token('of-2'));
const errorsOf = (...given: Parameters<typeof checkTokens>) => checkTokens(...given).errors;

test('sound tokens are read with and without their PINs; blank ones take none', () => {
  const found = checkTokens([file('0', new Uint8Array(0)), A, B], ['271828', '271828'], 'p-1');
  expect(found.errors).toEqual([]);
  expect(found.blank).toEqual(['0']);
  expect(found.tokens.map(({ holdsShare }) => holdsShare)).toEqual([true, true]);
  expect(checkTokens([A], [], null).tokens[0]?.holdsShare).toBeNull();
});

test.each([
  ['not a token', [A, file('x', Uint8Array.of(1, 2))], [], null, 'x', /not a token/],
  ['a copy', [A, file('x', A.bytes)], [], null, 'x', /same token as a/],
  [
    'two of one officer',
    [A, file('x', token('of-1', 'p-1', 2))],
    [],
    null,
    'x',
    /another token of of-1/,
  ],
  ['of another precinct', [A, file('x', token('of-3', 'p-2'))], [], null, 'x', /foreign/],
  ['all of another precinct', [file('x', token('of-3', 'p-2'))], [], 'p-1', 'x', /foreign/],
  ['a wrong PIN', [A, B], ['271828', '271829'], null, 'b', /PIN is another/],
  ['what is no PIN', [A, B], ['12', '271828'], null, 'a', /six to eight digits/],
  ['a missing PIN', [A, B], ['271828'], null, 'b', /no PIN was given/],
] as const)('%s is named', (_, files, pins, precinct, path, message) => {
  expect(errorsOf(files, pins, precinct)).toEqual([
    { path, message: expect.stringMatching(message) },
  ]);
});

test('the cost of all PINs is their number times a guess', () => {
  expect(hoursForAll(36, 6)).toBe(10);
  expect(hoursForAll(36, 8)).toBe(1000);
});
