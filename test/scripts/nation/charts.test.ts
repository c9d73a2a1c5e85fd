import { expect, test } from 'vitest';
import { halfCircle } from '#scripts/nation/charts.ts';

test.each([1, 2, 5, 19, 37, 100, 277, 600])(
  'of %i seats every dot lies whole in the picture',
  (seats) => {
    const svg = halfCircle([{ colour: '#0b5fa5', count: seats }], 'seats');
    const [x = 0, y = 0, width = 0, height = 0] = /viewBox="([^"]+)"/
      .exec(svg)![1]!
      .split(' ')
      .map(Number);
    const dots = [...svg.matchAll(/cx="([^"]+)" cy="([^"]+)" r="([^"]+)"/g)].map((found) =>
      found.slice(1).map(Number),
    );
    expect(dots).toHaveLength(seats);
    for (const [cx = 0, cy = 0, r = 0] of dots) {
      expect(cx - r).toBeGreaterThanOrEqual(x);
      expect(cx + r).toBeLessThanOrEqual(x + width);
      expect(cy - r).toBeGreaterThanOrEqual(y);
      expect(cy + r).toBeLessThanOrEqual(y + height);
    }
  },
);
