/** Everything that can be touched on the booth's screen: the names of the targets of its scenes. */
import type { Locale } from '#firmware/election/definition.ts';
import type { Contrast, TextSize } from './aids.ts';

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/**
 * The name of a touch target of a scene. Contests and options by their index on the ballot, cards by
 * their id.
 */
export type BoothAction =
  | `language:${Locale}`
  // the ballot
  | `option:${number}:${number}`
  | `all:${string}`
  | `card:${string}`
  | 'card:close'
  | 'page:next'
  | 'page:previous'
  | 'message:dismiss'
  | 'vote'
  | 'review:change'
  | 'review:confirm'
  | 'undervote:complete'
  | 'undervote:vote'
  | 'blank:select'
  | 'blank:null'
  | 'time:more'
  | 'expired:understood'
  // a voter's settings
  | 'settings:open'
  | 'settings:voice'
  | 'settings:look'
  | 'settings:default'
  | 'settings:close'
  | `text:${TextSize}`
  | 'text:smaller'
  | 'text:larger'
  | `contrast:${Contrast}`
  | 'contrast:previous'
  | 'contrast:next'
  | 'voice:on'
  | 'voice:off'
  | 'voice:louder'
  | 'voice:softer'
  | 'voice:faster'
  | 'voice:slower'
  | 'screen:off'
  | 'screen:on'
  // the paper
  | 'paper:taken'
  | 'paper:accept'
  | 'paper:reject'
  | 'paper:tryAgain'
  | 'paper:something'
  | 'paper:nothing'
  | 'paper:folded'
  | 'paper:inBox'
  // officers
  | `pin:${Digit}`
  | 'pin:erase'
  | 'pin:enter'
  | 'officer:cancel'
  | 'voter:left'
  | 'voter:there'
  | 'selfTest:repeat'
  | 'ceremony:start'
  | 'polls:open'
  | 'reports:print'
  | 'polls:close'
  | 'queue:empty'
  | 'queue:waiting'
  | 'media:synchronise'
  | 'tally:copy'
  // the sending of the result, which no stage of the booth answers (firmware/dispatch)
  | 'result:send'
  | 'result:receipt';

/** Bounds of what is typed on the PIN pad, digits. */
export const PIN_MIN_DIGITS = 6;
export const PIN_MAX_DIGITS = 8;

/** What can not be taken back by another touch: it casts, prints, closes, or says where a paper is. */
const CONFIRMING = [
  'review:confirm',
  'undervote:vote',
  'blank:null',
  'expired:understood',
  'paper:taken',
  'paper:accept',
  'paper:reject',
  'paper:something',
  'paper:nothing',
  'paper:folded',
  'paper:inBox',
  'voter:left',
  'voter:there',
  'ceremony:start',
  'reports:print',
  'queue:empty',
  'tally:copy',
  'result:receipt',
] as const satisfies readonly BoothAction[];

/** It is not taken from a finger that can not have read what it confirms (firmware/screen/reading-time.ts). */
export const confirms = (action: string): boolean => CONFIRMING.some((each) => each === action);
