/**
 * A whole number cut into whole parts in proportion to weights, none below `least`: by largest
 * remainders, equal ones in their order. Made-up elections are cut this way, so that sums are exact.
 */

/** Whether thing `index` is kept when `kept` of `count` are, evenly spaced. */
export const isKept = (index: number, count: number, kept: number): boolean =>
  Math.floor(((index + 1) * kept) / count) > Math.floor((index * kept) / count);

/** Throws when `total` does not suffice for `least` each. */
export const apportion = (
  total: number,
  weights: readonly number[],
  least = 0,
): readonly number[] => {
  const rest = total - least * weights.length;
  if (rest < 0) throw new RangeError(`${total} in ${weights.length} parts of at least ${least}`);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (rest * weight) / sum);
  const parts = exact.map((share) => Math.floor(share));
  const missing = rest - parts.reduce((all, part) => all + part, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, missing)) parts[index] = (parts[index] ?? 0) + 1;
  return parts.map((part) => part + least);
};
