/**
 * The people of a polling place and what they share: who is next, who is where, what the day has come
 * to; and hands that give up when something else happens.
 */
import type { Locale } from '#firmware/election/definition.ts';
import type { DeskText } from '#firmware/locale/desk.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { wait } from '#hal/clock.ts';
import { type Hands, LostError, makeHands } from '../../day/hands.ts';
import { makeLineReader } from '../../day/operator.ts';
import type { Site } from '../site.ts';
import type { Visitor } from './visitor.ts';

/** A target that does not come within this is gone: something else happened. */
const PATIENCE_MS = 6_000;

const LOCALES = ['es', 'en'] as const satisfies readonly Locale[];

export type DayStage = 'ceremony' | 'opening' | 'voting' | 'closing' | 'finished';

export type Company = {
  readonly site: Site;
  readonly hands: Hands;
  /** Waits; gives up when the unit was switched off or on meanwhile. */
  readonly pause: (ms: number) => Promise<void>;
  /** Is a sentence on the screen, in either language? */
  readonly says: (clue: Parameters<typeof screenText>[1]) => boolean;
  /** The texts on the operator's display. */
  readonly lines: () => readonly [DeskText | null, DeskText | null];
  readonly displays: (text: DeskText) => boolean;
  stage: DayStage;
  /** Who still comes, the next one first. */
  queue: Visitor[];
  /** Who is being dealt with. */
  visitor: Visitor | null;
  /** Who was, before. */
  last: Visitor | null;
  /** Those who are through with it, in either way. */
  readonly done: Set<Visitor>;
  /** Papers in the envelope that the machine can not know of, or waits for in vain. */
  envelopeOdd: number;
  /** Somebody said that something came out, and nothing had. */
  claimsPaper: boolean;
  /** When the polls were open, by the clock. */
  openedAtMs: number;
  /** The next holder of a share who is asked. */
  share: number;
  /** Close before the calendar's end, with a second officer. */
  readonly closesEarly: boolean;
  /** Times a part of the day came a step further: a day without is a day that hangs. */
  readonly progress: () => void;
  readonly progressedAtMs: () => number;
};

/** The unit went off or on while somebody was at something. */
class Interrupted extends LostError {}

export const makeCompany = (site: Site): Company => {
  const { clock, board, random } = site;
  const { glass, lcd } = board.devices;
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    const life = site.life();
    const value = await work;
    if (life !== site.life()) throw new Interrupted('the unit went off or on');
    return value;
  };
  const touch = async (x: number, y: number): Promise<boolean> => {
    site.touches++;
    const stayed = await guarded(glass.touch(x, y));
    if (site.habits.double) await guarded(glass.touch(x, y));
    return stayed;
  };
  const hands = makeHands({ scene: glass.scene, onScene: glass.onScene, touch }, clock, () =>
    random.between(300, 1_500),
  );
  const impatient: Hands = {
    ...hands,
    press: (target, limitMs = PATIENCE_MS) => guarded(hands.press(target, limitMs)),
    awaitTarget: (wanted, limitMs = PATIENCE_MS) => guarded(hands.awaitTarget(wanted, limitMs)),
    typePin: async (pin) => {
      for (const digit of pin) await guarded(hands.press(`pin:${digit}`, PATIENCE_MS));
      await guarded(hands.press('pin:enter', PATIENCE_MS));
    },
  };
  const lines = makeLineReader(lcd.screen, site.locale);
  let progressedAtMs = clock.nowMs();
  return {
    site,
    hands: impatient,
    pause: (ms) => guarded(wait(clock, ms)),
    says: (clue) => LOCALES.some((locale) => hands.hears(screenText(locale, clue))),
    lines,
    displays: (text) => lines().includes(text),
    stage: 'ceremony',
    queue: [],
    visitor: null,
    last: null,
    done: new Set(),
    envelopeOdd: 0,
    claimsPaper: false,
    openedAtMs: 0,
    share: 0,
    closesEarly: random.chance(0.85),
    progress: () => {
      progressedAtMs = clock.nowMs();
    },
    progressedAtMs: () => progressedAtMs,
  };
};
