import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * The keys of the voter's keypad. Five for everything on the screen, told apart by touch alone, and
 * five more for what is heard and seen.
 */
export const TACTILE_KEYS = [
  /** To the item before, to the item after, in reading order. */
  'up',
  'down',
  /** To the group before, to the group after; on a setting: less, more. */
  'left',
  'right',
  /** Does what the item in focus does. */
  'select',
  'louder',
  'softer',
  'faster',
  'slower',
  /** Screen off for privacy, and on again. */
  'screen',
] as const;

export type TactileKey = (typeof TACTILE_KEYS)[number];

export type TactileKeypadFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'busy'>;

/**
 * The voter's tactile keypad: what the touchscreen does, by keys.
 *
 * Only the booth calls it, at any time; no call waits and none is ever `busy`. Keys count again within
 * 2 s of its return.
 */
export interface TactileKeypad {
  /** Calls `listener` once for each key as it goes down; a key held down does not repeat. */
  onKey(listener: (key: TactileKey) => void): () => void;
  /**
   * What goes wrong, once until it is over: `absent` when it is lost, `garbled` for several damaged
   * reports in a row or a device that is no keypad, `broken` for a key that has been down for 10 s, and for
   * more keys than fingers can press: none of them counts until they have ended.
   */
  onFault(listener: (fault: TactileKeypadFault) => void): () => void;
  /**
   * Is it there? A unit without one answers `absent` and works on. Then `garbled`: it is no keypad; then
   * `broken`: a key is stuck.
   */
  check(): Promise<Result<void, TactileKeypadFault>>;
}
