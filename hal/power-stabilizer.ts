import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type StabilizerReading = {
  /** Line voltage before it, volts RMS. */
  readonly inputVolts: number;
  /** What it delivers, volts RMS. */
  readonly outputVolts: number;
  /** Its output relay is closed: it feeds the unit. */
  readonly feeding: boolean;
};

export type StabilizerFault = Fault;

/** One of the two stabilizers between mains and the unit. */
export interface PowerStabilizer {
  /** The newest reading, at most 2.5 s old; when there is none that new: `timeout`. */
  read(): Promise<Result<StabilizerReading, StabilizerFault>>;
  /** Opens or closes its output relay. */
  feed(on: boolean): Promise<Result<void, StabilizerFault>>;
  /** Each reading that differs noticeably (2 V, or the relay) from the one before. */
  onChange(listener: (reading: StabilizerReading) => void): () => void;
}
