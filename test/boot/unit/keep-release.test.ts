/** An update is kept once it has shown that it may be; older releases are refused once it served. */
import { expect, test } from 'vitest';
import type { Marked } from '#boot/slot/mark-good.ts';
import { makeReleaseKeeper } from '#boot/unit/keep-release.ts';
import { err, ok, type Result } from '#hal/result.ts';

/** What was done, in its order; the disk answers `disk` one after the other, the last of them for ever. */
const keeping = (...disk: readonly Result<Marked, string>[]) => {
  const did: string[] = [];
  let marks = 0;
  const keep = makeReleaseKeeper({
    mark: async () => {
      did.push('mark');
      const answer = disk[Math.min(marks++, disk.length - 1)] ?? ok('marked');
      await Promise.resolve();
      return answer;
    },
    raise: async () => {
      did.push('raise');
      return ok('releases below rollback index 4 are refused');
    },
    say: (text) => did.push(text),
  });
  return { keep, did };
};
const REFUSED = 'releases below rollback index 4 are refused';

test('a unit that waits marks its release good, and still lets the one before it start', async () => {
  const { keep, did } = keeping(ok('marked'));
  await keep('waits');
  expect(did).toEqual(['mark', 'the release: marked']);
});

test('one that serves then refuses what is older, and does not touch the disk again', async () => {
  const { keep, did } = keeping(ok('marked'));
  await Promise.all([keep('waits'), keep('serves')]);
  expect(did).toEqual(['mark', 'the release: marked', 'raise', REFUSED]);
});

test('one that serves at once does both', async () => {
  const { keep, did } = keeping(ok('nothing to mark'));
  await keep('serves');
  expect(did).toEqual(['mark', 'the release: nothing to mark', 'raise', REFUSED]);
});

test('while the release is on trial nothing older is refused; the mark is tried again', async () => {
  const { keep, did } = keeping(err('the disk is full'), err('the disk is full'), ok('marked'));
  await keep('waits');
  await keep('serves');
  const tried = ['mark', 'the release: stays on trial: the disk is full'];
  expect(did).toEqual([...tried, ...tried]);
  await keep('serves');
  expect(did.slice(4)).toEqual(['mark', 'the release: marked', 'raise', REFUSED]);
});
