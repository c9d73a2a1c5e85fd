/**
 * What is common to every voice: limits of what is said, and how long it may take. Pure.
 */
import type { AudioFault, SpokenText, Voice } from '#hal/audio.ts';

/** A scene has at most so many texts; a scene that asks for more is a bug, and the rest is not said. */
export const MAX_TEXTS = 600;
/** The longest single text; what is longer ends there. */
export const MAX_TEXT_CHARACTERS = 2_000;
const VOLUME = { least: 0, most: 100 } as const;
const RATE_PERCENT = { least: 50, most: 300 } as const;

const clamp = (
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
) => (Number.isFinite(value) ? Math.round(Math.min(most, Math.max(least, value))) : least);

/** The nearest voice within the contract. */
export const boundedVoice = ({ volume, ratePercent }: Voice): Voice => ({
  volume: clamp(volume, VOLUME),
  ratePercent: clamp(ratePercent, RATE_PERCENT),
});

/** Control characters, and lone halves of surrogate pairs, which UTF-8 can not carry. */
const UNSPEAKABLE = /[\p{Cc}\p{Cs}]+/gu;

/** Texts as they may be given to a voice: bounded, one line each, without what nobody can say. */
export const boundedTexts = (texts: readonly SpokenText[]): readonly SpokenText[] =>
  texts
    .slice(0, MAX_TEXTS)
    .map(({ text, locale }) => ({
      locale,
      text: text.slice(0, MAX_TEXT_CHARACTERS).replaceAll(UNSPEAKABLE, ' ').trim(),
    }))
    .filter(({ text }) => text !== '');

/** A character at the normal rate, ms: 175 words of 5 letters and a space a minute is 57. */
export const CHARACTER_MS = 57;
/** The pause after each text at the normal rate, ms. */
export const PAUSE_MS = 250;

/** About how long the texts take to say, ms. */
export const speechMs = (texts: readonly SpokenText[], { ratePercent }: Voice): number => {
  const characters = texts.reduce((sum, { text }) => sum + [...text].length, 0);
  return ((characters * CHARACTER_MS + texts.length * PAUSE_MS) * 100) / ratePercent;
};

/** Digits and abbreviations are said in many words: so many times longer is still right. */
const SLOWEST = 8;
const START_MS = 5_000;

/** A voice that takes longer than this hangs, ms. */
export const speechLimitMs = (texts: readonly SpokenText[], voice: Voice): number =>
  START_MS + SLOWEST * speechMs(texts, voice);

export const audioFault = (kind: AudioFault['kind'], detail: string): AudioFault => ({
  device: 'audio',
  kind,
  detail,
});
