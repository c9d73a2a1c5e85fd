/** The figures of devices that no machine's load can change: on paced wires under a virtual clock. */
import { expect, test } from 'vitest';
import { measureWires } from '#scripts/measure/devices-wire.ts';

test('drivers add next to nothing to what wire and device take', async () => {
  const figures = await measureWires();
  expect(figures.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(figures).toHaveLength(6);
  for (const { n, median } of figures) {
    expect(n).toBeGreaterThanOrEqual(10);
    expect(median).toBeGreaterThan(0);
  }
});
