/**
 * A PIN typed on the pad that the screen shows, touch by touch, for a program that has no eyes of its
 * own. Where the pad is, is seen on the screen, whatever language, size of text and contrast somebody
 * chose before; which officer it asks for, the machine decides.
 */
import {
  CONTRASTS,
  DEFAULT_AIDS,
  type Stage,
  TEXT_SIZES,
  type VoterAids,
} from '#firmware/booth/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { PALETTES } from '#firmware/screen/look.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { ScreenSource } from '../frame-buffer-screen.ts';
import type { Session } from '../session.ts';
import { type Eyes, makeEyes } from './eyes.ts';
import { inSightOf, makeRobotHands } from './hands.ts';

/** A token that was just put in is asked for its PIN within this, on a busy computer too, ms. */
const PAD_LIMIT_MS = 5_000;

const check = { purpose: 'menu', step: 'enterPin', pin: '', refusal: null } as const;
/** One for each way in which the pad is laid out: with and without a way back. */
const PADS: readonly Stage[] = [
  { name: 'officer', check },
  { name: 'resuming', check },
];
const KEYS = [...'0123456789', 'enter'].map((key) => `pin:${key}`);

export type SeenPad = { readonly pad: Stage; readonly eyes: Eyes };

type Appearance = { readonly locale: Locale; readonly aids: VoterAids };

/** Every language and size of text, that of the unit and the usual one first. */
const appearances = (first: Locale, contrast: (typeof CONTRASTS)[number]): readonly Appearance[] =>
  (first === 'es' ? (['es', 'en'] as const) : (['en', 'es'] as const)).flatMap((locale) =>
    TEXT_SIZES.map((text) => ({
      locale,
      aids: { ...DEFAULT_AIDS, settings: { ...DEFAULT_AIDS.settings, text, contrast } },
    })),
  );

/** The ground of every scene tells its contrast: the last row begins on it. */
const contrastOf = async (screen: ScreenSource) => {
  const pixels = await screen.pixels();
  const at = 4 * screen.widthPx * (screen.heightPx - 1);
  const ground = `#${Buffer.from(pixels.subarray(at, at + 3)).toString('hex')}`;
  return CONTRASTS.find((contrast) => PALETTES[contrast].background === ground);
};

/** Looks for a pad on the screen, each time that it is called. */
export const makePadFinder = (
  screen: ScreenSource,
  definition: ElectionDefinition,
  locale: Locale,
): (() => Promise<SeenPad | null>) => {
  const known = new Map<string, Eyes>();
  const eyesFor = async (appearance: Appearance): Promise<Eyes> => {
    const { text, contrast } = appearance.aids.settings;
    const key = `${appearance.locale} ${text} ${contrast}`;
    const eyes =
      known.get(key) ?? (await makeEyes(screen, definition, appearance.locale, appearance.aids));
    known.set(key, eyes);
    return eyes;
  };
  return async () => {
    const contrast = await contrastOf(screen);
    if (contrast === undefined) return null;
    for (const appearance of appearances(locale, contrast)) {
      const eyes = await eyesFor(appearance);
      for (const pad of PADS) {
        const keys = await Promise.all(KEYS.map((key) => eyes.spot(pad, key)));
        if (keys.every((spot) => spot !== null)) return { pad, eyes };
      }
    }
    return null;
  };
};

/** Why the PIN could not be typed; ok says nothing of whether it is the right one. */
export const typePinOnScreen = async (
  session: Session,
  pin: string,
): Promise<Result<void, string>> => {
  const { prepared, machine } = session;
  const { definition } = prepared.given;
  const dark = (): boolean => machine.power() !== 'on';
  const handsOf = (eyes: Eyes) =>
    makeRobotHands(eyes, machine.devices.glass, dark, () => inSightOf(session));
  const watching = handsOf(await makeEyes(machine.screen, definition, prepared.locale));
  const findPad = makePadFinder(machine.screen, definition, prepared.locale);
  try {
    const { pad, eyes } = await watching.until('a PIN pad', findPad, PAD_LIMIT_MS);
    await handsOf(eyes).typePin(pad, pin);
    return ok(undefined);
  } catch (error) {
    return err(error instanceof Error && error.message !== '' ? error.message : 'the power is off');
  }
};
