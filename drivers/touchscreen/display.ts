/** What shows scenes: a frame buffer on a unit, a picture drawn on demand on a bench. */
import type { Scene } from '#hal/scene.ts';

export interface Display {
  /** Takes the scene that shall be seen from now on. Returns at once, whatever drawing takes. */
  present(scene: Scene): void;
}
