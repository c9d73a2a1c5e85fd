import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findVoter, INDEX_FILE, writeVoterIndex } from '#scripts/nation/voter-index.ts';

let folder = '';
const fresh = (): string => {
  folder = mkdtempSync(join(tmpdir(), 'urna-index-'));
  return folder;
};
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('finds every one of many voters, and nobody who was not added', () => {
  const index = writeVoterIndex(fresh());
  // Enough of one last byte for its section to go through a file.
  const ids = Array.from({ length: 5000 }, (_, at) => `V-${1_000_000 + 64 * at}`);
  for (const [at, id] of ids.entries()) index.add(id, at);
  index.add('E-1000000', 99_999);
  index.add('V-999999999', 7);
  expect(index.finish(10)).toEqual({ doubles: [], count: 0 });
  for (const [at, id] of ids.entries()) expect(findVoter(folder, id)).toBe(at);
  expect(findVoter(folder, 'E-1000000')).toBe(99_999);
  expect(findVoter(folder, 'V-999999999')).toBe(7);
  expect(findVoter(folder, 'V-1000001')).toBeNull();
  expect(findVoter(folder, 'E-999999999')).toBeNull();
});

test('tells who was added twice, as many as asked for, and how often in all', () => {
  const index = writeVoterIndex(fresh());
  for (const [id, precinct] of [
    ['V-12345', 1],
    ['V-12345', 2],
    ['E-12345', 3],
    ['V-54321', 4],
    ['V-54321', 5],
  ] as const)
    index.add(id, precinct);
  expect(index.finish(1)).toEqual({
    doubles: [{ nationalId: 'V-54321', precincts: [4, 5] }],
    count: 2,
  });
});

test('a file that is no index, or cut, is refused', () => {
  const index = writeVoterIndex(fresh());
  index.add('V-12345', 1);
  index.finish(1);
  const path = join(folder, INDEX_FILE);
  const whole = readFileSync(path);
  truncateSync(path, whole.length - 1);
  expect(() => findVoter(folder, 'V-12345')).toThrow(/cut short/);
  writeFileSync(path, Buffer.concat([Buffer.from('x'), whole]));
  expect(() => findVoter(folder, 'V-12345')).toThrow(/no index/);
});
