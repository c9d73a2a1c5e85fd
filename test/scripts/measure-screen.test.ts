/** Which frame answers which touch, in the figures of the screen. */
import { expect, test } from 'vitest';
import { touchAnswers } from '#scripts/measure/touch-answers.ts';

test('a touch is answered by the last change of the first frame after its scene', () => {
  const scenes = [{ atMs: 101, touchMs: 100 }];
  expect(touchAnswers(scenes, [90, 105, 107, 130])).toEqual([7]);
});

test('an answer counts however late it comes', () => {
  const scenes = [
    { atMs: 101, touchMs: 100 },
    { atMs: 1_001, touchMs: 1_000 },
  ];
  expect(touchAnswers(scenes, [500, 1_010])).toEqual([400, 10]);
});

test('a touch whose scene was left out is answered by the newer one', () => {
  const scenes = [
    { atMs: 101, touchMs: 100 },
    { atMs: 141, touchMs: 140 },
  ];
  expect(touchAnswers(scenes, [160, 162])).toEqual([60, 22]);
});

test('scenes that no touch brought up, and the frames of others, are no answers', () => {
  const scenes = [
    { atMs: 50, touchMs: null },
    { atMs: 101, touchMs: 100 },
    { atMs: 108, touchMs: null },
  ];
  expect(touchAnswers(scenes, [60, 106, 109])).toEqual([6]);
});

test('a touch that changed the scene and was never answered is no figure', () => {
  expect(() => touchAnswers([{ atMs: 101, touchMs: 100 }], [90])).toThrow('no frame followed');
});
