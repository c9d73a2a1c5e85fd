/** Which release a unit starts that has run others before. */
import { expect, test } from 'vitest';
import { decideVersion, passwordOf } from '#boot/unit/version.ts';

test.each([
  ['nothing before it', 0, null, true],
  ['the same', 3, 3, true],
  ['a newer one', 4, 3, true],
  ['an older one', 2, 3, false],
])('after %s', (_, release, held, starts) => {
  expect(decideVersion(release, held).ok).toBe(starts);
});

test('an older one is refused with both numbers', () => {
  const refused = decideVersion(2, 3);
  expect(refused.ok ? '' : refused.error).toBe(
    'the release has rollback index 2, this unit has run 3',
  );
});

test('the password is not the key, and another for another key', () => {
  const keys = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
  const passwords = keys.map((key) => Buffer.from(passwordOf(key)).toString('hex'));
  expect(new Set([...passwords, ...keys.map((key) => Buffer.from(key).toString('hex'))]).size).toBe(
    4,
  );
});
