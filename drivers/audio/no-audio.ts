/** A unit without speech: `check` tells it, and so does a speech that is asked for anyway. */
import type { Audio } from '#hal/audio.ts';
import { err } from '#hal/result.ts';
import { audioFault } from './speech.ts';

const NONE = audioFault('absent', 'this unit has no speech');

export const noAudio: Audio = {
  speak: () => Promise.resolve(err(NONE)),
  silence: () => undefined,
  check: () => Promise.resolve(err(NONE)),
};
