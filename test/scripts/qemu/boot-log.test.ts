/** A unit's start as its console tells it. */
import { expect, test } from 'vitest';
import { linesOf } from '#boot/unit/console.ts';
import { STAGE_NAMES } from '#boot/unit/stages.ts';
import { makeLogOfStarts, readBootLog } from '#scripts/qemu/boot-log.ts';

const said = (stages: readonly (typeof STAGE_NAMES)[number][], code: string | null = null) =>
  stages
    .flatMap((stage, at) =>
      linesOf(STAGE_NAMES, {
        ...{ stage, detail: 'a detail' },
        code: at === stages.length - 1 ? (code as never) : null,
      }),
    )
    .map((line) => `urna: ${line}\r\n`)
    .join('');
const START = 'urna: start: root 10622b0b\r\n';

test('every stage is through', () => {
  expect(readBootLog(START + said(STAGE_NAMES))).toEqual({ kind: 'started' });
});

test('some are not yet', () => {
  expect(readBootLog('')).toEqual({ kind: 'starting' });
  expect(readBootLog(START + said(STAGE_NAMES.slice(0, 3)))).toEqual({ kind: 'starting' });
});

test('one failed', () => {
  expect(readBootLog(START + said(STAGE_NAMES.slice(0, 2), 'unit.badRelease'))).toEqual({
    kind: 'failed',
    line: '[2/7] release: FAILED, unit.badRelease: a detail',
  });
});

test('a new start is another one', () => {
  expect(readBootLog(START + said(STAGE_NAMES) + START)).toEqual({ kind: 'starting' });
});

test('a log that each start begins anew is kept whole', () => {
  const all = makeLogOfStarts();
  expect(all('')).toBe('');
  expect(all(START)).toBe(START);
  const first = START + said(STAGE_NAMES);
  expect(all(first)).toBe(first);
  expect(all('')).toBe(first);
  expect(all(START)).toBe(first + START);
  expect(all(START)).toBe(first + START);
});
