/** Waits for the first thing that a unit which nobody has set up yet asks to be touched, by its screen's pixels. */
import { existsSync, readFileSync } from 'node:fs';
import { SELF_CHECKS, type Stage } from '#firmware/booth/state.ts';
import type { Prepared } from '../bench/prepare.ts';
import { makeEyes } from '../bench/robots/eyes.ts';
import { FoundError } from '../commands/options.ts';
import type { VirtualUnit } from './virtual-unit.ts';

/** The ceremony's button, or where a part failed the self-test's. */
const READY: Stage = { name: 'readyForCeremony', problem: null };
const FAILED: Stage = {
  name: 'selfTest',
  checks: SELF_CHECKS.map((check) => ({ check, result: 'ok' })),
  ended: true,
};
const LOOK_MS = 250;
/** What the unit says when its screen has somebody who draws. A picture before would cost the machine time for nothing. */
const DRAWS = '"process":"booth","state":"running"';

/** Throws when there is none in time, with what the screen shows. */
export const makeAwaitTouch = async (unit: VirtualUnit, { given, locale }: Prepared) => {
  const eyes = await makeEyes(unit.screen, given.definition, locale);
  const draws = (): boolean =>
    existsSync(unit.bootLog) && readFileSync(unit.bootLog, 'latin1').includes(DRAWS);
  const canBeTouched = async (): Promise<boolean> =>
    draws() &&
    ((await eyes.spot(READY, 'ceremony:start')) !== null ||
      (await eyes.spot(FAILED, 'selfTest:repeat')) !== null);
  return async (limitMs: number): Promise<void> => {
    const endMs = performance.now() + limitMs;
    for (;;) {
      if (await canBeTouched()) return;
      const why = unit.failure();
      if (why !== null) throw new FoundError(`the unit does not start: ${why}`);
      if (performance.now() > endMs)
        throw new FoundError(`nothing can be touched: the screen shows ${await eyes.describe()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
};
