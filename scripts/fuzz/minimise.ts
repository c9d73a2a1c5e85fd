/** Makes a found input small: whoever reads it should see what matters. */

/** Tries at most; each runs the reader once. */
const MAX_TRIES = 2_000;

/** `bytes` without `count` bytes at `at`. */
const without = (bytes: Uint8Array, at: number, count: number): Uint8Array =>
  new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)]));

/**
 * Removes stretches, longest first, then turns bytes to zero, as long as `stillFails` says that the
 * input leads to a finding; `tries` bounds how often it is asked.
 */
export const minimise = async (
  input: Uint8Array,
  stillFails: (input: Uint8Array) => Promise<boolean>,
  tries: number = MAX_TRIES,
): Promise<Uint8Array> => {
  let left = tries;
  let best = input;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (left <= 0) return false;
    left--;
    if (!(await stillFails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let count = best.length; count >= 1; count = Math.floor(count / 2))
    for (let at = 0; at < best.length && left > 0; ) {
      if (!(await attempt(without(best, at, count)))) at += count;
    }
  for (let at = 0; at < best.length && left > 0; at++) {
    if (best[at] === 0) continue;
    const candidate = best.slice();
    candidate[at] = 0;
    await attempt(candidate);
  }
  return best;
};
