import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** `absent`: there is none, or somebody else holds it. `broken`: it takes no word. */
export type WatchdogFault = Fault<'absent' | 'broken'>;

/**
 * Resets the unit when nobody feeds it: what no program can mend, a processor or kernel that stands still,
 * ends in a fresh start. It begins to count when it is opened. One holder; no call waits longer than 1 s.
 */
export interface Watchdog {
  /** After so long without food it resets the unit, ms. */
  readonly timeoutMs: number;
  feed(): Promise<Result<void, WatchdogFault>>;
  /**
   * Lets go in good order: it counts no more. A holder that ends without it leaves it counting, and who opens
   * it anew in time feeds on.
   */
  disarm(): Promise<Result<void, WatchdogFault>>;
}
