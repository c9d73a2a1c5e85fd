/**
 * The booth's screen, keypad and voice: shows the scene of each state, turns touches into the names of
 * what was touched, and keys into what they mean where the focus is. A finger that came down on an
 * earlier scene touched nothing, and neither finger nor key confirms what was not there to be read.
 */
import { type BoothEvent, type BoothState, isVoters, type Stage } from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { keyMeaning } from '#firmware/screen/focus.ts';
import { hitTest } from '#firmware/screen/hit-test.ts';
import { isRead, NOTHING_READ, readingTime } from '#firmware/screen/reading-time.ts';
import { contentSceneOf, sceneOf } from '#firmware/screen/scene-of.ts';
import type { Audio } from '#hal/audio.ts';
import type { Clock } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import type { TactileKey, TactileKeypad } from '#hal/tactile-keypad.ts';
import type { Touchscreen } from '#hal/touchscreen.ts';
import { makeBoothVoice } from './booth-voice.ts';

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

/** Something that is not the machine's lies over its scenes. */
export type Cover = {
  /** Whether it may stay over this stage. */
  readonly over: (stage: Stage) => boolean;
  /** The machine's scene is there again. */
  readonly onEnd: () => void;
};

export type BoothScreen = ReturnType<typeof makeBoothScreen>;

export const makeBoothScreen = (
  { clock, touchscreen, keypad, audio }: BoothPanel,
  definition: ElectionDefinition,
  post: (event: BoothEvent) => void,
  guard: (work: Promise<unknown>) => void,
  /** Of the sending, which the last screen tells of. */
  dispatch: () => DispatchState,
) => {
  let scene: Scene | null = null;
  let sceneNumber = 0;
  let last: BoothState | null = null;
  let read = NOTHING_READ;
  let cover: Cover | null = null;
  const voice = makeBoothVoice(audio, guard);
  const contentOf = (state: BoothState): Scene =>
    contentSceneOf(state, definition, touchscreen.panel(), dispatch());
  const stops = [
    touchscreen.onTouch((touch) => {
      if (scene === null || touch.sceneNumber !== sceneNumber) return;
      const action = hitTest(scene, touch.x, touch.y);
      if (action === null || !isRead(read, action, clock.nowMs() - touch.heldMs)) return;
      post({ kind: 'touched', action });
    }),
    keypad.onKey((key) => {
      if (last === null || cover !== null) return;
      const pressedMs = clock.nowMs();
      for (const event of keyEvents(last, contentOf(last), key))
        if (event.kind !== 'touched' || isRead(read, event.action, pressedMs)) post(event);
    }),
  ];
  const draw = (state: BoothState): Scene => {
    const next = sceneOf(state, definition, touchscreen.panel(), dispatch());
    if (!same(scene, next)) {
      scene = next;
      sceneNumber = touchscreen.show(next);
    }
    return next;
  };
  return {
    /** A scene that would look the same is not shown again: a finger on it stays on it. */
    show: (state: BoothState): void => {
      last = state;
      if (cover?.over(state.stage) === true) return;
      const covered = cover;
      cover = null;
      covered?.onEnd();
      const next = draw(state);
      const { sound, dark } = state.aids.settings;
      const content = sound && dark ? contentOf(state) : next;
      read = readingTime(read, content, clock.nowMs());
      voice.follow(state, content);
    },
    scene: (): Scene | null => scene,
    /**
     * Something else is shown until the returned function is called, or the machine comes to a stage that
     * can not be covered: what it shows goes before.
     */
    cover: (next: Cover): (() => void) => {
      scene = null;
      cover = next;
      return () => {
        if (cover !== next) return;
        cover = null;
        if (last !== null) draw(last);
      };
    },
    stop: (): void => {
      for (const stop of stops) stop();
      voice.stop();
    },
  };
};
