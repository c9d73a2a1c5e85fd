/**
 * The booth's voice: says what is new in each state, to whoever turned it on, into the headphones alone.
 * What is said is as secret as what is shown: nothing of it is kept, and a fault of the headphones is
 * not told while somebody votes.
 */
import type { BoothState } from '#firmware/booth/state.ts';
import { type Audible, utterance } from '#firmware/screen/speech.ts';
import type { Audio } from '#hal/audio.ts';
import type { Scene } from '#hal/scene.ts';

export type BoothVoice = {
  /** `scene`: what is there, whether the screen is dark or not. */
  readonly follow: (state: BoothState, scene: Scene) => void;
  readonly stop: () => void;
};

export const makeBoothVoice = (
  audio: Audio,
  guard: (work: Promise<unknown>) => void,
): BoothVoice => {
  let before: Audible | null = null;
  return {
    follow: ({ aids, locale }, scene) => {
      const { settings } = aids;
      const now: Audible = { scene, settings, locale };
      const words = utterance(before, now);
      // Who does not hear leaves nothing to compare with.
      before = settings.sound ? now : null;
      if (words === 'silence') audio.silence();
      if (words === null || words === 'silence') return;
      const { volume, rate } = settings;
      const texts = words.map((text) => ({ text, locale }));
      guard(audio.speak(texts, { volume, ratePercent: rate }));
    },
    stop: () => {
      before = null;
      audio.silence();
    },
  };
};
