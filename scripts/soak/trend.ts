/** Whether figures that were taken again and again grow: a line through them, by least squares. */

export type Point = { readonly x: number; readonly y: number };

/** The slope of the line through the points, y for each x; 0 for fewer than two points. */
export const slopeOf = (points: readonly Point[]): number => {
  const n = points.length;
  if (n < 2) return 0;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const above = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
};

/** What a warm-up leaves out: the first so many of all points. */
export const afterWarmUp = <T>(points: readonly T[], share: number): readonly T[] =>
  points.slice(Math.floor(points.length * share));
