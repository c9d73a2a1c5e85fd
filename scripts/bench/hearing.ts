/** What comes out of the headphones, as captions: the last few sentences, the one being said marked. */
import type { HeadphonesEmulator } from '#drivers/audio/emulator.ts';

export type Caption = { readonly text: string; readonly locale: 'es' | 'en' };
export type Hearing = {
  readonly captions: readonly Caption[];
  readonly speaking: boolean;
};

const CAPTIONS = 12;

export const hearingOf = (headphones: HeadphonesEmulator): Hearing => ({
  captions: headphones
    .heard()
    .slice(-CAPTIONS)
    .map(({ text, locale }) => ({ text, locale })),
  speaking: headphones.saying() !== null,
});
