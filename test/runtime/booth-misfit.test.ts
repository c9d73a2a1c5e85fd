import { expect, test } from 'vitest';
import { makeBoothBench, SMALL } from './booth-bench.ts';

test('an election that the panel has no room for parks before the self-test, and names the card', async () => {
  const more = Array.from({ length: 60 }, (_, index) => ({
    id: `x-${index}`,
    contestId: 'nominal',
    name: `Persona ${index}`,
  }));
  const cards = SMALL.cards.map((card, index) =>
    index === 0
      ? { ...card, candidateIds: [...card.candidateIds, ...more.map(({ id }) => id)] }
      : card,
  );
  const candidates = [...SMALL.candidates, ...more];
  const bench = makeBoothBench({ ...SMALL, candidates, cards });
  await bench.run(async () => {
    bench.start();
  });
  expect(bench.booth().state().stage).toEqual({ name: 'parked', code: 'package.doesNotFit' });
  expect(bench.parked).toHaveLength(1);
  expect(bench.parked[0]).toMatch(
    /^package\.doesNotFit: the card t-1 offers \d+ options, more than/,
  );
  expect(bench.booth().scene()?.spoken.join(' ')).toContain('package.doesNotFit');
  expect(bench.heard).toEqual([]);
  expect(bench.papers).toEqual([]);
});
