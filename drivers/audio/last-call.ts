/**
 * One mouth: of all calls to speak the last one wins, silence wins over all, and each call is
 * answered once, within its limit. How words become sound is the business of a `Speech`.
 */
import type { Audio, AudioFault, SpokenText, Voice } from '#hal/audio.ts';
import type { Clock } from '#hal/clock.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { audioFault, boundedTexts, boundedVoice, speechLimitMs } from './speech.ts';

/** One speech under way. */
export type Speech = {
  /** Cuts it off at once; `end` is not awaited any more. */
  stop(): void;
};

/** Begins to say `texts` (bounded, not empty); calls `end` once, when all was said or nothing more will be. */
export type StartSpeech = (
  texts: readonly SpokenText[],
  voice: Voice,
  end: (fault: AudioFault | null) => void,
) => Speech;

type Outcome = Result<'finished' | 'interrupted', AudioFault>;

/** `speak` and `silence` over `start`. */
export const makeLastCall = (
  clock: Clock,
  start: StartSpeech,
): Pick<Audio, 'speak' | 'silence'> => {
  let current: { readonly cut: () => void } | null = null;

  const silence = (): void => current?.cut();

  const speak = (all: readonly SpokenText[], wanted: Voice): Promise<Outcome> => {
    silence();
    const texts = boundedTexts(all);
    const voice = boundedVoice(wanted);
    if (texts.length === 0) return Promise.resolve(ok('finished'));
    return new Promise((resolve) => {
      let open = true;
      let speech: Speech | null = null;
      const answer = (outcome: Outcome): void => {
        if (!open) return;
        open = false;
        stopLimit();
        if (current === own) current = null;
        resolve(outcome);
      };
      const own = {
        cut: (): void => {
          speech?.stop();
          answer(ok('interrupted'));
        },
      };
      const stopLimit = clock.after(speechLimitMs(texts, voice), () => {
        speech?.stop();
        answer(err(audioFault('timeout', 'the voice did not come to its end')));
      });
      current = own;
      speech = start(texts, voice, (fault) => answer(fault === null ? ok('finished') : err(fault)));
    });
  };
  return { speak, silence };
};
