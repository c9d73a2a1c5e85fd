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

/**
 * The keypad and the two-line display at which a poll worker admits voters. The two are cables of their
 * own: one that is lost does not keep the other from working.
 *
 * Only the desk calls it. Keys are told from the moment the station is made, in the order in which
 * they went down, once each: a key that stays down does not repeat. Both halves work again within 2 s
 * of their return, the display then shows by itself what it was last given.
 */
export interface OperatorStation {
  /** Characters on a display line. */
  columns(): number;
  /**
   * Starts the display and looks for the keypad; calling it again does no harm. While the display's
   * board starts it waits, 4 s at most. Error: as `display`; then `absent` for the keypad. Ends within
   * 6 s.
   */
  start(): Promise<Result<void, StationFault>>;
  /**
   * Shows two lines; longer ones are cut, shorter ones padded, what the display has no sign for becomes
   * a question mark. Resolves when the display acknowledged it. Calls may overlap: the last one wins,
   * and each resolves when the newest of them is shown. `absent`: the board or the display behind it is
   * unplugged; `timeout`: one of them does not answer. Ends within 3 s; on an error the lines are
   * shown when the display is back.
   */
  display(first: string, second: string): Promise<Result<void, StationFault>>;
  /** Each key as it goes down. The returned function ends it. */
  onKey(listener: (key: StationKey) => void): () => void;
  /**
   * What goes wrong between calls, once each time: `absent` when the keypad or the display is lost,
   * `timeout` when the display's board no longer answers, `broken` for a key down for more than 10 s,
   * and for a keypad that sends more keys than fingers can press. The returned function ends it.
   */
  onFault(listener: (fault: StationFault) => void): () => void;
  /**
   * That both halves work again after something was wrong, once, however many faults were told or
   * answered with; within 2 s of their return. The returned function ends it.
   */
  onRecovered(listener: () => void): () => void;
}
