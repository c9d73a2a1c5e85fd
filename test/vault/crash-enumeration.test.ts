/**
 * The bounded part of the crash enumeration: every state that may remain after a crash at every step
 * of a ceremony and a session, and of every so manieth step of the recoveries from them. The whole of
 * the second depth is `scripts/urna test --exhaustive`.
 */
import { expect, test } from 'vitest';
import { enumerateCrashes } from '#scripts/crash/enumerate.ts';

test('from every state a crash may leave, the unit gets on and no vote is lost, doubled or changed', async () => {
  const { states, instants, findings } = await enumerateCrashes({ depth: 2, stride: 101 });
  expect(findings).toEqual([]);
  expect(states).toBeGreaterThan(2_500);
  expect(instants).toBeGreaterThan(600);
}, 300_000);

test('sectors torn in themselves change nothing', async () => {
  const session = [{ voter: 1, partials: 1, rejections: 1 }];
  const { states, findings } = await enumerateCrashes({ depth: 1, session, tears: [1, 80, 511] });
  expect(findings).toEqual([]);
  expect(states).toBeGreaterThan(500);
}, 300_000);
