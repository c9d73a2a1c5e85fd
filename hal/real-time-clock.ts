import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** `lost`: it stopped since it was set (its cell is empty): the time it shows means nothing. */
export type RealTimeClockFault = Fault<
  'absent' | 'timeout' | 'garbled' | 'broken' | 'busy' | 'lost'
>;

/** The battery-backed clock of the board: calendar time to the second. */
export interface RealTimeClock {
  /** Calendar time, milliseconds since 1970-01-01 UTC, whole seconds. */
  read(): Promise<Result<number, RealTimeClockFault>>;
  /** Sets it, and ends `lost`. */
  set(calendarMs: number): Promise<Result<void, RealTimeClockFault>>;
}
