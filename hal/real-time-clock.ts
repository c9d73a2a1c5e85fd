import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** `lost`: it stopped since it was set (its cell is empty): the time it shows means nothing. */
export type RealTimeClockFault = Fault<
  'absent' | 'timeout' | 'garbled' | 'broken' | 'busy' | 'lost'
>;

/**
 * The battery-backed clock of the board: calendar time to the second, from 2000 to 2199. It may be
 * wrong without knowing: what it says is checked against the election by who asked.
 *
 * Only the supervisor calls it. One operation at a time: a call while another is under way is `busy`
 * at once and disturbs nothing. The first that applies wins: `busy`; `absent` (its board is
 * unplugged, or nothing answers at its address); `timeout`; `lost`; `garbled` (registers that are no
 * date). Each call ends within 6 s, of which 4 s at most while the board starts, and works again
 * within 2 s of the return of the board or the chip.
 */
export interface RealTimeClock {
  /** Calendar time, milliseconds since 1970-01-01 UTC, whole seconds; at most 2 s old when told. */
  read(): Promise<Result<number, RealTimeClockFault>>;
  /**
   * Sets it to the second, and ends `lost`. Verified by reading back: `broken` if it does not keep the
   * time or does not go. A time outside its range is `broken` too and changes nothing. Cut off in
   * the middle it stays `lost`, or tells the old or the new time; never a mixture.
   */
  set(calendarMs: number): Promise<Result<void, RealTimeClockFault>>;
}
