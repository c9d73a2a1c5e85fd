/** One stabilizer behind the power board: two analog channels, a relay and the relay's own contact. */
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import type { PowerStabilizer, StabilizerReading } from '#hal/power-stabilizer.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { voltsOf } from './conversion.ts';
import { makeFeed } from './feed.ts';
import type { FirmataBoard } from './firmata-board.ts';
import type { FiveRelay } from './johnny-five.ts';
import { ANALOG, DIGITAL } from './pins.ts';
import { REPORT_LIMIT_MS, readFeed } from './read-feed.ts';

/** A relay's auxiliary contact follows its coil within this. */
export const RELAY_LIMIT_MS = 500;

/** What counts as a noticeable change of a voltage. */
const NOTICEABLE_VOLTS = 2;

export type StabilizerPins = {
  readonly name: 'A' | 'B';
  readonly line: number;
  readonly output: number;
  readonly relay: number;
  readonly feeding: number;
};

export const STABILIZER_PINS = {
  a: {
    name: 'A',
    line: ANALOG.lineA,
    output: ANALOG.outputA,
    relay: DIGITAL.relayA,
    feeding: DIGITAL.feedingA,
  },
  b: {
    name: 'B',
    line: ANALOG.lineB,
    output: ANALOG.outputB,
    relay: DIGITAL.relayB,
    feeding: DIGITAL.feedingB,
  },
} as const satisfies Record<'a' | 'b', StabilizerPins>;

const differs = (before: StabilizerReading, after: StabilizerReading): boolean =>
  Math.abs(before.inputVolts - after.inputVolts) >= NOTICEABLE_VOLTS ||
  Math.abs(before.outputVolts - after.outputVolts) >= NOTICEABLE_VOLTS ||
  before.feeding !== after.feeding;

export type StabilizerDriver = {
  readonly stabilizer: PowerStabilizer;
  /** The auxiliary contact's level. */
  contact(low: boolean): void;
};

export const makeStabilizer = (
  firmata: FirmataBoard,
  clock: Clock,
  pins: StabilizerPins,
): StabilizerDriver => {
  const feed = makeFeed<StabilizerReading>(clock, differs, REPORT_LIMIT_MS);
  let line: number | null = null;
  let output: number | null = null;
  let feeding: boolean | null = null;
  let relay: FiveRelay | null = null;
  let wanted = true;
  let switching = false;

  const publish = (): void => {
    if (line === null || output === null || feeding === null) return;
    feed.put({ inputVolts: voltsOf(line), outputVolts: voltsOf(output), feeding });
  };
  firmata.onReady(() => {
    const board = firmata.board();
    board.analogRead(pins.line, (raw) => {
      line = raw;
    });
    // The output is sampled after the line: one reading a sample.
    board.analogRead(pins.output, (raw) => {
      output = raw;
      publish();
    });
    relay ??= new firmata.five.Relay({ pin: pins.relay, type: 'NC', board });
    if (!wanted) relay.open();
  });
  firmata.expect(feed.isFresh);
  firmata.onLost(() => {
    line = output = feeding = null;
    feed.clear();
  });

  /** The contact came to where it should be; false: it did not within the limit, or the board was lost. */
  const follows = (on: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (followed: boolean): void => {
        stops.forEach((stop) => {
          stop();
        });
        resolve(followed);
      };
      const stops = [
        feed.onChange((reading) => {
          if (reading.feeding === on) finish(true);
        }),
        firmata.onLost(() => finish(false)),
        afterSilence(clock, RELAY_LIMIT_MS, () => finish(feeding === on)),
      ];
      if (feeding === on) finish(true);
    });

  const switchTo = async (on: boolean): Promise<Result<void, Fault>> => {
    wanted = on;
    await firmata.settled();
    const fault = firmata.fault('stabilizer');
    if (fault !== null) return err(fault);
    if (on) relay?.close();
    else relay?.open();
    if (await follows(on)) return done;
    const detail = `relay ${pins.name} does not ${on ? 'close' : 'open'}`;
    return err(firmata.fault('stabilizer') ?? { device: 'stabilizer', kind: 'broken', detail });
  };

  return {
    stabilizer: {
      read: () => readFeed(firmata, 'stabilizer', feed),
      onChange: feed.onChange,
      feed: async (on) => {
        if (switching)
          return err({ device: 'stabilizer', kind: 'busy', detail: 'its relay is being switched' });
        switching = true;
        try {
          return await switchTo(on);
        } finally {
          switching = false;
        }
      },
    },
    contact: (low) => {
      feeding = low;
      publish();
    },
  };
};
