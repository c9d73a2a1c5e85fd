/** What the soak tells of growth, and a short one of its own. */
import { expect, test } from 'vitest';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { type ProcessUse, processTree } from '#scripts/soak/process-tree.ts';
import { growthOf, trendOf } from '#scripts/soak/real-soak.ts';
import { slopeOf } from '#scripts/soak/trend.ts';
import { runVirtualSoak } from '#scripts/soak/virtual-soak.ts';

test('the slope is that of the line through the points', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2);
  expect(slopeOf([1, 3, 1, 3, 1].map((y, x) => ({ x, y })))).toBeCloseTo(0);
  expect(slopeOf([{ x: 1, y: 1 }])).toBe(0);
});

const uses = (of: (at: number) => Partial<ProcessUse>): readonly ProcessUse[] =>
  Array.from({ length: 40 }, (_, at) => ({
    pid: 7,
    name: 'desk.ts',
    residentBytes: 100e6 + (at % 5) * 10e6,
    openFiles: 20,
    threads: 11,
    ...of(at),
  }));
const growths = (of: (at: number) => Partial<ProcessUse>): readonly string[] => {
  const trend = trendOf(uses(of));
  return trend === null ? ['too few'] : growthOf(trend);
};

test('memory that goes up and down is flat; one that goes up, files and threads are told', () => {
  expect(growths(() => ({}))).toEqual([]);
  expect(growths((at) => ({ residentBytes: 100e6 + at * 2e6 }))).toHaveLength(1);
  expect(growths((at) => ({ openFiles: 20 + at }))).toHaveLength(1);
  expect(growths((at) => ({ threads: 11 + Math.floor(at / 4) }))).toHaveLength(1);
  expect(trendOf(uses(() => ({})).slice(0, 3))).toBeNull();
});

test('this process is seen with its memory and files', () => {
  const own = processTree().find(({ pid }) => pid === process.pid);
  expect(own?.residentBytes).toBeGreaterThan(10e6);
  expect(own?.openFiles).toBeGreaterThan(3);
});

test('four hours with thirty voters leave no timer behind and keep nothing but papers and log', async () => {
  const soak = await runVirtualSoak({
    definition: loadOwnDefinition(SMALL_PATH),
    hours: 4,
    voters: 30,
    seed: 3,
  });
  expect(soak.votes).toBe(30);
  expect(soak.samples.length).toBeGreaterThan(14);
  expect(soak.tasksLeft).toBe(0);
  // Memory is judged by the long run: in four hours a program has hardly warmed up.
  expect(soak.errors.filter((error) => !error.startsWith('memory'))).toEqual([]);
});
