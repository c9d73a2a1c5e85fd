/**
 * A PIN typed on the pad that the screen shows, touch by touch, for a program that has no eyes of its
 * own. Where the pad is, is seen on the screen; which officer it asks for, the machine decides.
 */
import type { Stage } from '#firmware/booth/state.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Session } from '../session.ts';
import { makeEyes } from './eyes.ts';
import { inSightOf, makeRobotHands } from './hands.ts';

/** A token that was just put in is asked for its PIN within this, on a busy computer too, ms. */
const PAD_LIMIT_MS = 5_000;

const check = { purpose: 'menu', step: 'enterPin', pin: '', refusal: null } as const;
/** One for each way in which the pad is laid out: with and without a way back. */
const PADS: readonly Stage[] = [
  { name: 'officer', check },
  { name: 'resuming', check },
];

/** Why the PIN could not be typed; ok says nothing of whether it is the right one. */
export const typePinOnScreen = async (
  session: Session,
  pin: string,
): Promise<Result<void, string>> => {
  const { prepared, machine } = session;
  const eyes = await makeEyes(machine.screen, prepared.given.definition, prepared.locale);
  const dark = (): boolean => machine.power() !== 'on';
  const hands = makeRobotHands(eyes, machine.devices.glass, dark, () => inSightOf(session));
  const padInSight = async (): Promise<Stage | null> => {
    for (const pad of PADS) if ((await eyes.spot(pad, 'pin:enter')) !== null) return pad;
    return null;
  };
  try {
    const pad = await hands.until('a PIN pad', padInSight, PAD_LIMIT_MS);
    await hands.typePin(pad, pin);
    return ok(undefined);
  } catch (error) {
    return err(error instanceof Error && error.message !== '' ? error.message : 'the power is off');
  }
};
