/** A robot's patience and its one finger: it waits until it sees something, then touches it. */
import { confirms, type Stage } from '#firmware/booth/state.ts';
import { READING_MS } from '#firmware/screen/reading-time.ts';
import { readDisplay } from '../display.ts';
import type { BenchDevices } from '../machine.ts';
import type { Session } from '../session.ts';
import type { Eyes, Spot } from './eyes.ts';

/** It looks again after this long even if nothing seems to have changed. */
const LOOK_MS = 1_000;
/** A picture that changes is drawn in pieces. */
const SETTLE_MS = 25;
const GLANCE_MS = 120;
/** Longer than anything it waits for: counting a precinct, and four reports of two metres on a busy computer. */
const LOST_AFTER_MS = 600_000;
/** Nothing moves for longer than this while a machine works, on a busy computer too. */
const STILL_AFTER_MS = 60_000;
const ANSWER_WITHIN_MS = 1_500;
const TRIES = 3;
/** Hands are slower than glass. */
const BETWEEN_TOUCHES_MS = 90;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody told the robots to stop. */
export class RobotsStopped extends Error {}

/** A robot does not see what it waits for: the message says what it sees and what it expected. */
export class RobotLost extends Error {}

export type RobotHands = {
  /**
   * Waits until `look` finds something. Rejects when told to stop, and with what the screen shows and
   * what was expected when nothing in sight moves any more, or the limit is over.
   */
  readonly until: <T>(what: string, look: () => Promise<T | null>, limitMs?: number) => Promise<T>;
  /** The same for what is not on the screen: it costs little to look often. */
  readonly untilSeen: <T>(what: string, look: () => T | null) => Promise<T>;
  /** Waits for a target as it looks at a stage, and touches it. */
  readonly press: (stage: Stage, target: string) => Promise<void>;
  /** Types a PIN on the pad of a stage, and confirms. */
  readonly typePin: (stage: Stage, pin: string) => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
};

/** What moves beside the screen while a machine works, in words. */
export const inSightOf = ({ machine: { devices }, papers }: Session): string => {
  const hanging = devices.printer.hanging();
  const { lines } = readDisplay(devices.lcd);
  return [...lines, hanging?.lengthMm, hanging?.items.length, papers.list().length].join('|');
};

export const makeRobotHands = (
  eyes: Eyes,
  glass: Pick<BenchDevices['glass'], 'touch'>,
  stopped: () => boolean,
  /** What moves beside the screen while the machine works: paper, the operator's display. */
  inSight: () => string,
  /** Of the machine (bench/machine.ts). */
  slowness = 1,
): RobotHands => {
  /** The next change of the picture, or a while. */
  const nextLook = (): Promise<void> =>
    new Promise((resolve) => {
      let timer = setTimeout(() => over(), LOOK_MS);
      const over = (): void => {
        stop();
        resolve();
      };
      const stop = eyes.onChange(() => {
        clearTimeout(timer);
        timer = setTimeout(over, SETTLE_MS);
      });
    });

  const inVain = async (expected: string): Promise<RobotLost> => {
    const beside = inSight() === '' ? '' : `, beside it is "${inSight()}"`;
    return new RobotLost(
      `the screen shows ${await eyes.describe()}${beside}, expected ${expected}`,
    );
  };

  /** Gives up when nothing has moved for a while, and when too much time is gone altogether. */
  const makePatience = (what: string, limitMs: number) => {
    const endMs = performance.now() + limitMs;
    let last = '';
    let movedMs = performance.now();
    return async (): Promise<void> => {
      if (stopped()) throw new RobotsStopped();
      const nowMs = performance.now();
      const seen = `${await eyes.fingerprint()} ${inSight()}`;
      if (seen !== last) movedMs = nowMs;
      last = seen;
      if (nowMs > endMs || nowMs - movedMs > slowness * STILL_AFTER_MS) throw await inVain(what);
    };
  };

  const until: RobotHands['until'] = async (what, look, limitMs = slowness * LOST_AFTER_MS) => {
    const goOn = makePatience(what, limitMs);
    for (;;) {
      const found = await look();
      if (found !== null && !stopped()) return found;
      await goOn();
      await nextLook();
    }
  };

  const untilSeen: RobotHands['untilSeen'] = async (what, look) => {
    const goOn = makePatience(what, slowness * LOST_AFTER_MS);
    for (;;) {
      const found = look();
      if (found !== null && !stopped()) return found;
      await goOn();
      await pause(GLANCE_MS);
    }
  };

  const find = (stage: Stage, target: string): Promise<Spot> =>
    until(`${target} at ${stage.name}`, () => eyes.spot(stage, target));

  /** Touches, and waits until the screen has answered; a touch that was not taken is made again. */
  const touchAndSee = async (stage: Stage, target: string): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const spot = await find(stage, target);
      // Whoever confirms has read what.
      await pause(BETWEEN_TOUCHES_MS + (confirms(target) ? READING_MS : 0));
      const before = (await eyes.pixels()).slice();
      await glass.touch(spot.xMm, spot.yMm);
      try {
        await until(
          `an answer to the touch of ${target} at ${stage.name}`,
          async () => (Buffer.compare(before, await eyes.pixels()) === 0 ? null : true),
          slowness * ANSWER_WITHIN_MS,
        );
        return;
      } catch (error) {
        if (error instanceof RobotsStopped || tries === TRIES) throw error;
      }
    }
  };

  return {
    until,
    untilSeen,
    press: touchAndSee,
    typePin: async (stage, pin) => {
      for (const digit of pin) await touchAndSee(stage, `pin:${digit}`);
      await touchAndSee(stage, 'pin:enter');
    },
    pause,
  };
};
