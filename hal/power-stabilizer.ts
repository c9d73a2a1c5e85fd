import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type StabilizerReading = {
  /** Line voltage before it, volts RMS. Clamped at what its sensor can tell, 0 to 300. */
  readonly inputVolts: number;
  /** What it delivers, volts RMS; clamped likewise. */
  readonly outputVolts: number;
  /** Its output relay is closed: it feeds the unit. */
  readonly feeding: boolean;
};

export type StabilizerFault = Fault;

/**
 * One of the two stabilizers between mains and the unit. A stabilizer that delivers nothing is a
 * reading, not a fault; a fault means that nothing is known of it.
 *
 * Only the supervisor calls it, at any time and as often as it likes. While the board behind it
 * starts, a call waits, 4 s at most, counted from when the devices were made; later it does not.
 * Both work again within 2 s of the board's return.
 */
export interface PowerStabilizer {
  /**
   * The newest reading, at most 2.5 s old. Any number of calls may be under way. `absent`: the board is
   * unplugged; `timeout`: it says nothing, or nothing of this stabilizer for 2.5 s. Ends within 2.5 s.
   */
  read(): Promise<Result<StabilizerReading, StabilizerFault>>;
  /**
   * Opens or closes its output relay, confirmed by the relay's own contact within 0.5 s: `broken` if
   * that does not follow. One call at a time: another one before its end is `busy` at once and
   * changes nothing. `absent` and `timeout` as for `read`, and they win over `broken`; what was asked
   * for is carried out when the board is back. Without a board both relays are closed.
   */
  feed(on: boolean): Promise<Result<void, StabilizerFault>>;
  /**
   * The first reading, and each that differs noticeably (2 V, or the relay) from the last one told. The
   * returned function ends it.
   */
  onChange(listener: (reading: StabilizerReading) => void): () => void;
}
