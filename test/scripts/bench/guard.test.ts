/** Who may talk to the bench: this computer's own pages and programs. */
import { describe, expect, test } from 'vitest';
import { isLocalHost, isOwnOrigin } from '#scripts/bench/guard.ts';

describe('the bench', () => {
  test.each(['127.0.0.1:8520', 'localhost', 'LOCALHOST:1', '[::1]:8520'])('is %s', (host) => {
    expect(isLocalHost(host)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:80',
    '10.0.0.1',
    'localhost:123456',
  ])('is not %s', (host) => {
    expect(isLocalHost(host)).toBe(false);
  });

  test('takes commands from its own page and from programs alone', () => {
    expect(isOwnOrigin(undefined, 'localhost:8520')).toBe(true);
    expect(isOwnOrigin('http://localhost:8520', 'localhost:8520')).toBe(true);
    for (const origin of [
      'http://localhost:8521',
      'http://evil.example',
      'https://localhost:8520',
      'null',
    ])
      expect(isOwnOrigin(origin, 'localhost:8520')).toBe(false);
  });
});
