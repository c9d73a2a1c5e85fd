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

/** The voter's tactile keypad: what the touchscreen does, by keys. */
export interface TactileKeypad {
  /** Calls `listener` once for each key as it goes down; a key held down does not repeat. */
  onKey(listener: (key: TactileKey) => void): () => void;
  onFault(listener: (fault: TactileKeypadFault) => void): () => void;
  /** Is it there? A unit without one answers `absent` and works on. */
  check(): Promise<Result<void, TactileKeypadFault>>;
}
