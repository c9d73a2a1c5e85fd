/**
 * The second tap of a double tap: it comes down where the first one was, on a scene nobody can have read
 * yet, and often on the button that goes on. What can not be taken back is therefore confirmed only by a
 * finger that came down when it had been there to be read for a while. Everything else answers at once.
 * Time is what the caller says it is. Pure.
 */
import { confirms } from '#firmware/booth/actions.ts';
import type { Scene } from '#hal/scene.ts';
import { targetsOf } from './hit-test.ts';

/** Nobody's second tap comes later, and nobody reads what to confirm in less, ms. */
export const READING_MS = 500;

/** Since when each target that confirms something has been there, in the scene of this name. */
export type ReadingTime = {
  readonly name: string;
  readonly sinceMs: ReadonlyMap<string, number>;
};

/** Nothing was shown yet. */
export const NOTHING_READ: ReadingTime = { name: '', sinceMs: new Map() };

/** After a scene is shown; whatever else changes in it does not begin the time anew. */
export const readingTime = (before: ReadingTime, scene: Scene, nowMs: number): ReadingTime => {
  const { name } = scene;
  const known = name === before.name ? before.sinceMs : NOTHING_READ.sinceMs;
  const targets = targetsOf(scene).flatMap(({ target }) => (confirms(target) ? [target] : []));
  return {
    name,
    sinceMs: new Map(targets.map((target) => [target, known.get(target) ?? nowMs])),
  };
};

/** May an action be taken from a finger or a key that came down at `beganMs`? */
export const isRead = ({ sinceMs }: ReadingTime, action: string, beganMs: number): boolean =>
  !confirms(action) || beganMs - (sinceMs.get(action) ?? beganMs) >= READING_MS;
