import { expect, test } from 'vitest';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { rehearse, subsetsOf } from '#scripts/keys/rehearse.ts';

test('every set that suffices opens, none of one fewer does, and the unit counts', async () => {
  const steps: string[] = [];
  const scenes = new Set<string>();
  const rehearsal = await rehearse({
    definition: loadOwnDefinition(SMALL_PATH),
    seed: 3,
    locale: 'es',
    onStep: (step) => steps.push(step),
    onScene: (name) => scenes.add(name),
  });
  expect(rehearsal).toEqual({
    holders: 5,
    threshold: 3,
    sufficient: { tried: 10, opened: 10 },
    tooFew: { tried: 10, opened: 0 },
    counted: true,
  });
  expect(steps).toEqual(['ceremony', 'sets', 'evening']);
  expect(scenes.size).toBeGreaterThan(10);
});

test('sets are all there, each once', () => {
  expect(subsetsOf(['a', 'b', 'c', 'd'], 2).map((set) => set.join(''))).toEqual([
    'ab',
    'ac',
    'ad',
    'bc',
    'bd',
    'cd',
  ]);
  expect(subsetsOf(['a'], 2)).toEqual([]);
  expect(
    subsetsOf(
      Array.from({ length: 30 }, (_, at) => at),
      15,
    ),
  ).toHaveLength(2_000);
});
