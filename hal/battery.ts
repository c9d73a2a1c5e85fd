import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** The battery behind the stabilizers, as its gauge tells it: a gauge may lie. */
export type BatteryReading = {
  readonly present: boolean;
  /** Charge left, 0 to 100. */
  readonly percent: number;
  readonly volts: number;
  readonly flow: 'charging' | 'discharging' | 'idle';
};

export type BatteryFault = Fault;

/** Reads the gauge. */
export interface Battery {
  /** The newest reading, at most 2.5 s old; when there is none that new: `timeout`. */
  read(): Promise<Result<BatteryReading, BatteryFault>>;
  /** Each reading that differs from the one before. */
  onChange(listener: (reading: BatteryReading) => void): () => void;
}
