import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** A key of the operator's keypad. */
export type StationKey =
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | '8'
  | '9'
  | 'enter'
  | 'clear'
  | 'erase'
  | 'plus'
  | 'minus'
  | 'times'
  | 'divide';

export type StationFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'busy'>;

/** The keypad and the two-line display at which a poll worker admits voters. */
export interface OperatorStation {
  /** Characters on a display line. */
  columns(): number;
  start(): Promise<Result<void, StationFault>>;
  /** Shows two lines; longer ones are cut, shorter ones padded. The last call wins. */
  display(first: string, second: string): Promise<Result<void, StationFault>>;
  onKey(listener: (key: StationKey) => void): () => void;
  onFault(listener: (fault: StationFault) => void): () => void;
}
