/**
 * Is the source of chance alive? The two health tests that NIST SP 800-90B (4.4.1 repetition count, 4.4.2
 * adaptive proportion) asks of any, on one draw at the start, byte by byte: they find a source that stands
 * still or has one value in excess, and nothing subtler. False alarms: less than one in 2^20 a draw.
 */

/** Bytes of a draw: the window of the adaptive proportion test for sources with more than two values. */
export const HEALTH_BYTES = 512;
/** A full-entropy byte comes again at once with 2^-8: so many in a row with less than 2^-20. */
const REPETITION_CUTOFF = 4;
/** So often in 512 bytes, where 2 are expected, with less than 2^-20 (binomial, p = 2^-8). */
const PROPORTION_CUTOFF = 15;

/** Null: nothing is wrong with it. */
export const entropyProblem = (bytes: Uint8Array): 'short' | 'repeats' | 'biased' | null => {
  if (bytes.length < HEALTH_BYTES) return 'short';
  let run = 0;
  for (const [at, byte] of bytes.entries()) {
    run = at > 0 && byte === bytes[at - 1] ? run + 1 : 1;
    if (run >= REPETITION_CUTOFF) return 'repeats';
  }
  const first = bytes[0];
  const count = bytes.reduce((sum, byte) => sum + Number(byte === first), 0);
  return count >= PROPORTION_CUTOFF ? 'biased' : null;
};
