/**
 * The booth's screen, keypad and voice: shows the scene of each state, turns touches into the names of
 * what was touched, and keys into what they mean where the focus is. A finger that came down on an
 * earlier scene touched nothing.
 */
import { type BoothEvent, type BoothState, isVoters } from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { keyMeaning } from '#firmware/screen/focus.ts';
import { hitTest } from '#firmware/screen/hit-test.ts';
import { contentSceneOf, sceneOf } from '#firmware/screen/scene-of.ts';
import type { Audio } from '#hal/audio.ts';
import type { Clock } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import type { TactileKey, TactileKeypad } from '#hal/tactile-keypad.ts';
import type { Touchscreen } from '#hal/touchscreen.ts';
import { makeBoothVoice } from './booth-voice.ts';

/**
 * What can not be taken back, or takes hands some time to do. Touched sooner after it came up than people
 * can have seen it, it was the second half of a double touch on what was there before: two quick taps on
 * VOTAR would cast a ballot whose review nobody saw.
 */
const TO_BE_SEEN: ReadonlySet<string> = new Set([
  'review:confirm',
  'undervote:vote',
  'blank:null',
  'voter:left',
  'queue:empty',
  'paper:folded',
  'paper:inBox',
]);
export const TO_BE_SEEN_MS = 500;

export type BoothPanel = {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly touchscreen: Touchscreen;
  readonly keypad: TactileKeypad;
  readonly audio: Audio;
};

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

/** What a key that wakes the keypad does all the same: it says nothing of the ballot. */
const WAKING: readonly TactileKey[] = ['louder', 'softer', 'faster', 'slower', 'screen'];

/** What the booth is told of a key. The first one wakes keypad and voice, and selects nothing. */
const keyEvents = (state: BoothState, content: Scene, key: TactileKey): readonly BoothEvent[] => {
  const { keys, focus, settings } = state.aids;
  const meaning = keyMeaning(content, focus, settings.dark, key);
  const pressed: BoothEvent = { kind: 'keyPressed', focus: keys ? meaning.focus : focus };
  const voters = isVoters(state.stage);
  const acts = keys ? key !== 'screen' || voters : voters && WAKING.includes(key);
  if (meaning.action === null || !acts) return [pressed];
  const touched: BoothEvent = { kind: 'touched', action: meaning.action };
  // Whoever wants a dark screen first of all shall not see it light up with the focus.
  return keys ? [pressed, touched] : [touched, pressed];
};

export const makeBoothScreen = (
  { clock, touchscreen, keypad, audio }: BoothPanel,
  definition: ElectionDefinition,
  post: (event: BoothEvent) => void,
  guard: (work: Promise<unknown>) => void,
) => {
  let scene: Scene | null = null;
  let sceneNumber = 0;
  /** Since when those that must be seen first are on the screen. */
  let seenSinceMs = new Map<string, number>();
  let last: BoothState | null = null;
  const voice = makeBoothVoice(audio, guard);
  const contentOf = (state: BoothState): Scene =>
    contentSceneOf(state, definition, touchscreen.panel());
  const stops = [
    touchscreen.onTouch((touch) => {
      if (scene === null || touch.sceneNumber !== sceneNumber) return;
      const action = hitTest(scene, touch.x, touch.y);
      if (action === null) return;
      const sinceMs = seenSinceMs.get(action);
      if (sinceMs !== undefined && clock.nowMs() - sinceMs < TO_BE_SEEN_MS) return;
      post({ kind: 'touched', action });
    }),
    keypad.onKey((key) => {
      if (last === null) return;
      for (const event of keyEvents(last, contentOf(last), key)) post(event);
    }),
  ];
  return {
    /** A scene that would look the same is not shown again: a finger on it stays on it. */
    show: (state: BoothState): void => {
      last = state;
      const next = sceneOf(state, definition, touchscreen.panel());
      if (!same(scene, next)) {
        const shown = next.nodes.flatMap(({ target }) =>
          target !== undefined && TO_BE_SEEN.has(target) ? [target] : [],
        );
        seenSinceMs = new Map(
          shown.map((target) => [target, seenSinceMs.get(target) ?? clock.nowMs()]),
        );
        scene = next;
        sceneNumber = touchscreen.show(next);
      }
      const { sound, dark } = state.aids.settings;
      voice.follow(state, sound && dark ? contentOf(state) : next);
    },
    scene: (): Scene | null => scene,
    stop: (): void => {
      for (const stop of stops) stop();
      voice.stop();
    },
  };
};
