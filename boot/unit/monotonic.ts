/**
 * Time for the first program alone: how long its stages take. Before the release is verified no driver is
 * loaded, the system's clock neither (drivers/system/system-clock.ts).
 */

/** Milliseconds since the program began; never goes back. */
export const monotonicMs = (): number => performance.now();
