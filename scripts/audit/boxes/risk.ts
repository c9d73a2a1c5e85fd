/**
 * The risk that a wrong outcome would have passed the boxes that were counted so far.
 *
 * An outcome is wrong when some assertion ("A has more than B, each by its divisor") is false. In units of the
 * reported margin a box `p` overstates it by `e_p`, at most by `u_p` (P. B. Stark, "Risk-limiting postelection
 * audits: conservative P-values from common probability inequalities", IEEE TIFS 4(4), 2009: the relative
 * overstatement of MACRO, here for one assertion at a time, as SHANGRLA does: P. B. Stark, 2020). The assertion
 * is false exactly when the sum of all `e_p` is 1 or more.
 *
 * Boxes are drawn without replacement, each with the same chance. Were the sum 1 or more, the next box would
 * in the mean have at least m = (1 - found so far) / (boxes left), so
 *
 *     T <- T * (1 + c * (m - e) / (u - m)),   u: the largest bound of the boxes left,   0 < c < 1
 *
 * is a non-negative supermartingale that begins at 1 (the Kaplan-Kolmogorov martingale with a bet below the
 * highest: Stark 2020, section 3; I. Waudby-Smith, P. B. Stark, A. Ramdas, "RiLACS", 2021). By Ville's
 * inequality it reaches 1/r with a chance of at most r, whenever one stops: 1/T is a P-value at any moment,
 * and more boxes may be counted at any time.
 */

/** c: a box that overstates as much as one can costs nine tenths of the evidence, not all of it. */
const BET = 0.9;
/** Sums of many fractions differ by less than this. */
const ROUNDING = 1e-9;

/**
 * The risk, 0 to 1, after the first boxes of the draw. `bounds`: `u_p` of every box of the contest, in the
 * order of the tickets; `errors`: `e_p` of the first ones, which were counted. 0: proved, whatever the
 * other boxes hold; 1: nothing is known, or the outcome is wrong.
 */
export const riskAfter = (bounds: ArrayLike<number>, errors: ArrayLike<number>): number => {
  const count = bounds.length;
  const largest = new Float64Array(count + 1);
  const possible = new Float64Array(count + 1);
  for (let at = count - 1; at >= 0; at -= 1) {
    largest[at] = Math.max(largest[at + 1]!, bounds[at]!);
    possible[at] = possible[at + 1]! + bounds[at]!;
  }
  let evidence = 1;
  let found = 0;
  for (let at = 0; ; at += 1) {
    // What is left can not make it wrong.
    if (possible[at]! < 1 - found - ROUNDING) return 0;
    if (at === count) return 1;
    if (at === errors.length) break;
    const error = errors[at]!;
    // More papers than there are voters: no bound holds any more.
    if (error > bounds[at]! + ROUNDING) return 1;
    const mean = (1 - found) / (count - at);
    // What was found alone is enough to make it wrong.
    evidence =
      mean <= 0
        ? 0
        : evidence * (1 + (BET * (mean - error)) / Math.max(largest[at]! - mean, ROUNDING));
    found += error;
  }
  return evidence <= 1 ? 1 : 1 / evidence;
};
