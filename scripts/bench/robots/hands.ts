/** A robot's patience and its one finger: it waits until it sees something, then touches it. */
import type { Stage } from '#firmware/booth/state.ts';
import type { BenchDevices } from '../machine.ts';
import type { Eyes, Spot } from './eyes.ts';

/** It looks again after this long even if nothing seems to have changed. */
const LOOK_MS = 1_000;
/** A picture that changes is drawn in pieces. */
const SETTLE_MS = 25;
const GLANCE_MS = 120;
/** Longer than anything it waits for: counting a precinct, and four reports of two metres on a busy computer. */
const LOST_AFTER_MS = 600_000;
const ANSWER_WITHIN_MS = 1_500;
const TRIES = 3;
/** Hands are slower than glass. */
const BETWEEN_TOUCHES_MS = 90;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody told the robots to stop. */
export class RobotsStopped extends Error {}

export type RobotHands = {
  /** Waits until `look` finds something. Rejects when the robot is lost or told to stop. */
  readonly until: <T>(what: string, look: () => Promise<T | null>, limitMs?: number) => Promise<T>;
  /** The same for what is not on the screen: it costs little to look often. */
  readonly untilSeen: <T>(what: string, look: () => T | null) => Promise<T>;
  /** Waits for a target as it looks at a stage, and touches it. */
  readonly press: (stage: Stage, target: string) => Promise<void>;
  /** Types a PIN on the pad of a stage, and confirms. */
  readonly typePin: (stage: Stage, pin: string) => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
};

export const makeRobotHands = (
  eyes: Eyes,
  glass: BenchDevices['glass'],
  stopped: () => boolean,
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

  const until: RobotHands['until'] = async (what, look, limitMs = LOST_AFTER_MS) => {
    const endMs = performance.now() + limitMs;
    for (;;) {
      if (stopped()) throw new RobotsStopped();
      const found = await look();
      if (found !== null) return found;
      if (performance.now() > endMs) throw new Error(`a robot waits in vain for ${what}`);
      await nextLook();
    }
  };

  const untilSeen: RobotHands['untilSeen'] = async (what, look) => {
    const endMs = performance.now() + LOST_AFTER_MS;
    for (;;) {
      if (stopped()) throw new RobotsStopped();
      const found = look();
      if (found !== null) return found;
      if (performance.now() > endMs) throw new Error(`a robot waits in vain for ${what}`);
      await pause(GLANCE_MS);
    }
  };

  const find = (stage: Stage, target: string): Promise<Spot> =>
    until(`${target} at ${stage.name}`, () => eyes.spot(stage, target));

  /** Touches, and waits until the screen has answered; a touch that was not taken is made again. */
  const touchAndSee = async (stage: Stage, target: string): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const spot = await find(stage, target);
      await pause(BETWEEN_TOUCHES_MS);
      const before = (await eyes.pixels()).slice();
      await glass.touch(spot.xMm, spot.yMm);
      try {
        await until(
          'an answer of the screen',
          async () => (Buffer.compare(before, await eyes.pixels()) === 0 ? null : true),
          ANSWER_WITHIN_MS,
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
