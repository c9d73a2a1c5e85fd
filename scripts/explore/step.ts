/** One thing that happens to the unit, as the exploration tells it: what kind it is, and the world after it. */
import type { Unit } from './unit.ts';
import type { World } from './world.ts';

/**
 * `inside`: an answer or a message arrives; `time`: a timer ends; `people`: somebody does something;
 * `fault`: something breaks. Inside alone nothing may go round in circles, and without faults there
 * must be a way to the end.
 */
export type Kind = 'inside' | 'time' | 'people' | 'fault';

export type Emit = (kind: Kind, words: string, after: World) => void;

/** Makes a change on a copy of the world and tells it. False: it came to nothing, and nothing is told. */
export const happen = (
  unit: Unit,
  world: World,
  emit: Emit,
  kind: Kind,
  words: string,
  change: (next: World) => boolean | undefined,
): void => {
  const { faultsMost } = unit.scope;
  const counted = kind === 'fault' && faultsMost !== null;
  if (counted && world.faults >= faultsMost) return;
  const next = { ...world };
  if (counted) next.faults++;
  unit.wrong = null;
  unit.beyond = false;
  if (change(next) !== false) emit(kind, words, next);
};
