/**
 * A person's eyes and one finger at the touchscreen. Eyes read the scene that is shown; the finger
 * goes to the middle of what it wants to touch. Nothing else of the machine is known to a robot.
 */
import { confirms } from '#firmware/booth/actions.ts';
import { READING_MS } from '#firmware/screen/reading-time.ts';
import type { Clock } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';

/** What hands need of the emulated touchscreen. */
export type Glass = {
  readonly scene: () => Scene | null;
  readonly onScene: (listener: (scene: Scene) => void) => () => void;
  /** A finger down and up at a place in millimetres; resolves when it is up: did the scene stay under it? */
  readonly touch: (x: number, y: number) => Promise<boolean>;
};

export type Hands = {
  /** Waits until one of the wanted targets is shown, and says which. Throws after `limitMs`: the robot is lost. */
  readonly awaitTarget: (wanted: readonly string[], limitMs?: number) => Promise<string>;
  /** Is a target shown now? */
  readonly sees: (target: string) => boolean;
  /** Waits for a target and touches it. */
  readonly press: (target: string, limitMs?: number) => Promise<void>;
  /** Types digits on the PIN pad and confirms. */
  readonly typePin: (pin: string) => Promise<void>;
  /** Waits for a scene by its name. */
  readonly awaitScene: (wanted: readonly string[], limitMs?: number) => Promise<string>;
  /** Waits until one of the sentences is on the screen, and says which. */
  readonly awaitWords: (sentences: readonly string[], limitMs?: number) => Promise<string>;
  /** Waits until `look` finds something on the screen. */
  readonly awaitSight: <T>(what: string, look: (scene: Scene) => T | null) => Promise<T>;
  /** Is a sentence on the screen now? */
  readonly hears: (sentence: string) => boolean;
  readonly sceneName: () => string;
};

/** A robot does not find what it looks for: something else has happened, or the machine hangs. */
export class LostError extends Error {}

/** Longer than anything a day may take between two scenes. */
const LOST_AFTER_MS = 20 * 60_000;

/** Nobody goes on at a button that changes under the finger each time. */
const TOUCHES_MAX = 5;

export const makeHands = (glass: Glass, clock: Clock, paceMs: () => number): Hands => {
  const awaitWhere = <T>(
    look: (scene: Scene) => T | null,
    limitMs: number,
    wanted: string,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const shown = glass.scene();
      const now = shown === null ? null : look(shown);
      if (now !== null) return resolve(now);
      const stop = (): void => {
        leave();
        cancel();
      };
      const leave = glass.onScene((scene) => {
        const found = look(scene);
        if (found === null) return;
        stop();
        resolve(found);
      });
      const cancel = clock.after(limitMs, () => {
        stop();
        reject(new LostError(`a robot waits for ${wanted}, but sees "${glass.scene()?.name}"`));
      });
    });

  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
  const targetOf = (scene: Scene, target: string) =>
    scene.nodes.findLast((node) => node.target === target) ?? null;

  const press = async (target: string, limitMs = LOST_AFTER_MS): Promise<void> => {
    await awaitWhere((scene) => targetOf(scene, target), limitMs, target);
    for (let touch = 0; touch < TOUCHES_MAX; touch++) {
      // Whoever confirms has read what.
      await pause(Math.max(paceMs(), confirms(target) ? READING_MS : 0));
      // What was there may have moved or gone while the hand was on its way.
      const scene = glass.scene();
      const node = scene === null ? null : targetOf(scene, target);
      if (node === null) return;
      const { x, y, width, height } = node.box;
      // The machine takes no touch that began on another scene: whoever sees it change touches again.
      if (await glass.touch(x + width / 2, y + height / 2)) return;
    }
  };

  return {
    press,
    awaitTarget: (wanted, limitMs = LOST_AFTER_MS) =>
      awaitWhere(
        (scene) => wanted.find((each) => targetOf(scene, each)) ?? null,
        limitMs,
        wanted.join(' | '),
      ),
    awaitScene: (wanted, limitMs = LOST_AFTER_MS) =>
      awaitWhere(
        (scene) => (wanted.includes(scene.name) ? scene.name : null),
        limitMs,
        wanted.join(' | '),
      ),
    sees: (target) => {
      const scene = glass.scene();
      return scene !== null && targetOf(scene, target) !== null;
    },
    awaitWords: (sentences, limitMs = LOST_AFTER_MS) =>
      awaitWhere(
        (scene) => sentences.find((each) => scene.spoken.includes(each)) ?? null,
        limitMs,
        sentences.join(' | '),
      ),
    awaitSight: (what, look) => awaitWhere(look, LOST_AFTER_MS, what),
    hears: (sentence) => glass.scene()?.spoken.includes(sentence) ?? false,
    sceneName: () => glass.scene()?.name ?? '',
    typePin: async (pin) => {
      for (const digit of pin) await press(`pin:${digit}`);
      await press('pin:enter');
    },
  };
};
