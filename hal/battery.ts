import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** `low`: less is left than the device's own limit; `critical`: it is about to switch its output off. */
export type BatteryWarning = 'low' | 'critical';

/** The battery behind the stabilizers, as its gauge tells it: a gauge may lie. */
export type BatteryReading = {
  /** False: the bay is empty (a gauge that sits on the pack does not answer then); the rest is 0. */
  readonly present: boolean;
  /** Charge left, 0 to 100, to a tenth. */
  readonly percent: number;
  /** Of one cell, or of the pack where the gauge says that; to a hundredth. 0: it does not say. */
  readonly volts: number;
  readonly flow: 'charging' | 'discharging' | 'idle';
  /** What the device itself warns of, whatever charge it tells; only a UPS does. */
  readonly warns?: BatteryWarning;
};

export type BatteryFault = Fault;

/**
 * Reads the gauge, and believes it: whether it lies, jumps or stands still is for the power policy to
 * find. Only what no battery can say is a fault.
 *
 * Only the supervisor calls it, at any time and as often as it likes. While what is behind it
 * starts, a call waits, 4 s at most; later it does not. Works again within 2 s of the return of the
 * gauge's board or cable.
 */
export interface Battery {
  /**
   * The newest reading, at most 2.5 s old. Any number of calls may be under way. In this order: `absent`
   * (the board or cable is unplugged), `broken` (what is plugged in tells no charge), `garbled` (values that
   * no battery has), `timeout` (nothing was heard for 2.5 s). Ends within 2.5 s.
   */
  read(): Promise<Result<BatteryReading, BatteryFault>>;
  /** The first reading, and each that differs from the last one told. The returned function ends it. */
  onChange(listener: (reading: BatteryReading) => void): () => void;
}
