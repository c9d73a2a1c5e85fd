/** Everything that the booth's screen says, to voters and to officers. */
import { SCREEN_EN } from './screen-en.ts';
import { SCREEN_ES } from './screen-es.ts';
import { makeTexts } from './text.ts';

export type ScreenTextKey = keyof typeof SCREEN_ES;

export const screenText = makeTexts<ScreenTextKey>({ es: SCREEN_ES, en: SCREEN_EN });
