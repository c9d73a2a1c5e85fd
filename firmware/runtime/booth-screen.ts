/**
 * The booth's screen: shows the scene of each state and turns touches into the names of what was
 * touched. A finger that came down on an earlier scene touched nothing.
 */
import type { BoothState } from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { hitTest } from '#firmware/screen/hit-test.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import type { Scene } from '#hal/scene.ts';
import type { Touchscreen } from '#hal/touchscreen.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Scenes are plain data of a few levels. */
const same = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => same(left[key], right[key]));
};

export const makeBoothScreen = (
  touchscreen: Touchscreen,
  definition: ElectionDefinition,
  onAction: (action: string) => void,
) => {
  let scene: Scene | null = null;
  let sceneNumber = 0;
  const stopTouches = touchscreen.onTouch((touch) => {
    if (scene === null || touch.sceneNumber !== sceneNumber) return;
    const action = hitTest(scene, touch.x, touch.y);
    if (action !== null) onAction(action);
  });
  return {
    /** A scene that would look the same is not shown again: a finger on it stays on it. */
    show: (state: BoothState): void => {
      const next = sceneOf(state, definition, touchscreen.panel());
      if (same(scene, next)) return;
      scene = next;
      sceneNumber = touchscreen.show(next);
    },
    scene: (): Scene | null => scene,
    stop: stopTouches,
  };
};
