/** How a start's time is shared among its stages. */
import { expect, test } from 'vitest';
import { linesOf } from '#boot/unit/console.ts';
import { STAGE_NAMES } from '#boot/unit/stages.ts';
import { stageTimes } from '#scripts/measure/start-stages.ts';

const ended = (stage: (typeof STAGE_NAMES)[number]): string =>
  `urna: ${linesOf(STAGE_NAMES, { stage, detail: 'a detail', code: null })[0]}`;

test('each stage has the time since the one before it', () => {
  const lines = [
    { text: '[    1.2] a line of the kernel', atMs: 900 },
    { text: 'urna: start: root 10622b0b', atMs: 4_000 },
    { text: ended('unit'), atMs: 6_500 },
    { text: 'urna: [2/6] release: 50 %', atMs: 7_000 },
    { text: ended('release'), atMs: 9_500 },
  ];
  expect(stageTimes(lines, 12_000)).toEqual([
    { name: 'kernel and initramfs', ms: 4_000 },
    { name: 'unit', ms: 2_500 },
    { name: 'release', ms: 3_000 },
    { name: 'processes and screen', ms: 2_500 },
  ]);
});

test('a start of which nothing was heard has no figures', () => {
  expect(() => stageTimes([{ text: 'noise', atMs: 1 }], 2)).toThrow('nothing was heard');
});
