/** A unit without a voter's keypad: `check` tells it, and no key ever comes. */
import { err } from '#hal/result.ts';
import type { TactileKeypad } from '#hal/tactile-keypad.ts';

export const noTactileKeypad: TactileKeypad = {
  onKey: () => () => undefined,
  onFault: () => () => undefined,
  check: () =>
    Promise.resolve(err({ device: 'keypad', kind: 'absent', detail: 'this unit has no keypad' })),
};
