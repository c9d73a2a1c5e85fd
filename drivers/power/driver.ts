/**
 * The power board as the machine sees it: two stabilizers, the battery, the switch panel and the
 * real-time clock, all behind one Firmata board that johnny-five drives. Event-driven throughout: the board samples and
 * reports, nothing here polls. (johnny-five's Sensor and Switch poll or debounce in real time and are
 * therefore not used; its Board, Relay and Led are.)
 */
import type { Battery, BatteryReading } from '#hal/battery.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { DeviceName, Fault } from '#hal/fault.ts';
import type { PowerStabilizer, StabilizerReading } from '#hal/power-stabilizer.ts';
import type { RealTimeClock } from '#hal/real-time-clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import type { SwitchPanel, SwitchState } from '#hal/switch-panel.ts';
import { makeRealTimeClock } from '../real-time-clock/driver.ts';
import { batteryReading, GAUGE_REGISTER, NO_BATTERY, voltsOf } from './conversion.ts';
import { type Feed, makeFeed } from './feed.ts';
import { type FirmataBoard, openFirmataBoard } from './firmata-board.ts';
import type { FiveBoard, FiveLed, FiveRelay } from './johnny-five.ts';
import { ANALOG, DIGITAL, I2C, INPUT_PINS, OUTPUT_PINS } from './pins.ts';

/** A first report that is still on its way is awaited this long. */
const FIRST_REPORT_LIMIT_MS = 2_500;

/** A relay's auxiliary contact follows its coil within this. */
const RELAY_LIMIT_MS = 500;

/** Contacts bounce for less than this. */
const DEBOUNCE_MS = 20;

/** What counts as a noticeable change of a voltage. */
const NOTICEABLE_VOLTS = 2;

export type PowerBoard = {
  readonly stabilizers: { readonly a: PowerStabilizer; readonly b: PowerStabilizer };
  readonly battery: Battery;
  readonly panel: SwitchPanel;
  readonly realTimeClock: RealTimeClock;
  /** The Firmata board itself. */
  readonly firmata: FirmataBoard;
  /** Resolves with the first handshake, or `absent`, `timeout` after 4 s (and goes on trying). */
  start(): Promise<Result<void, Fault>>;
  close(): void;
};

type Levels = Map<number, number>;

/** Reads from a feed with the faults of the board in front. */
const readFeed = async <T>(
  firmata: FirmataBoard,
  device: DeviceName,
  feed: Feed<T>,
): Promise<Result<T, Fault>> => {
  await firmata.settled();
  const before = firmata.fault(device);
  if (before !== null) return err(before);
  const value = await feed.newest(FIRST_REPORT_LIMIT_MS);
  const after = firmata.fault(device);
  if (after !== null) return err(after);
  if (value === null) return err({ device, kind: 'timeout', detail: 'no report from its input' });
  return ok(value);
};

type StabilizerPins = {
  readonly name: 'A' | 'B';
  readonly line: number;
  readonly output: number;
  readonly relay: number;
  readonly feeding: number;
};

const STABILIZER_PINS = {
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

const makeStabilizer = (firmata: FirmataBoard, clock: Clock, pins: StabilizerPins) => {
  const feed = makeFeed<StabilizerReading>(clock, differs);
  let line: number | null = null;
  let output: number | null = null;
  let feeding: boolean | null = null;
  let relay: FiveRelay | null = null;
  let wanted = true;

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
  firmata.onLost(() => {
    line = output = feeding = null;
    feed.clear();
  });

  const follows = (on: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (followed: boolean): void => {
        stop();
        cancel();
        resolve(followed);
      };
      const stop = feed.onChange((reading) => {
        if (reading.feeding === on) finish(true);
      });
      const cancel = clock.after(RELAY_LIMIT_MS, () => finish(feeding === on));
      if (feeding === on) finish(true);
    });

  const stabilizer: PowerStabilizer = {
    read: () => readFeed(firmata, 'stabilizer', feed),
    onChange: feed.onChange,
    feed: async (on) => {
      wanted = on;
      const fault = firmata.fault('stabilizer');
      if (fault !== null) return err(fault);
      if (on) relay?.close();
      else relay?.open();
      if (await follows(on)) return done;
      const detail = `relay ${pins.name} does not ${on ? 'close' : 'open'}`;
      return err(firmata.fault('stabilizer') ?? { device: 'stabilizer', kind: 'broken', detail });
    },
  };
  return {
    stabilizer,
    /** The auxiliary contact's level. */
    contact: (low: boolean): void => {
      feeding = low;
      publish();
    },
  };
};

const sameBattery = (a: BatteryReading, b: BatteryReading): boolean =>
  a.present === b.present && a.percent === b.percent && a.volts === b.volts && a.flow === b.flow;

const makeBattery = (firmata: FirmataBoard, clock: Clock): Battery => {
  const feed = makeFeed<BatteryReading>(clock, (before, after) => !sameBattery(before, after));
  let crate = 0;
  const wordAt = (bytes: readonly number[], at: number): number =>
    ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  firmata.onReady(() => {
    const board = firmata.board();
    board.i2cConfig({ address: I2C.fuelGauge });
    board.i2cRead(I2C.fuelGauge, GAUGE_REGISTER.crate, 2, (bytes) => {
      if (bytes.length === 2) crate = wordAt(bytes, 0);
    });
    // VCELL and SOC stand side by side: one read of four bytes is one moment.
    board.i2cRead(I2C.fuelGauge, GAUGE_REGISTER.vcell, 4, (bytes) => {
      feed.put(
        bytes.length === 4
          ? batteryReading({ vcell: wordAt(bytes, 0), soc: wordAt(bytes, 2), crate })
          : NO_BATTERY,
      );
    });
  });
  firmata.onLost(feed.clear);
  return { read: () => readFeed(firmata, 'battery', feed), onChange: feed.onChange };
};

const samePanel = (a: SwitchState, b: SwitchState): boolean =>
  a.key === b.key && a.tamper === b.tamper && a.coverOpen === b.coverOpen;

const makePanel = (firmata: FirmataBoard, clock: Clock, levels: Levels) => {
  const feed = makeFeed<SwitchState>(clock, (before, after) => !samePanel(before, after));
  let lamp: FiveLed | null = null;
  let buzzer: FiveLed | null = null;
  const wanted = { lamp: false, buzzer: false };
  let stopBouncing = (): void => undefined;

  const state = (): SwitchState | null => {
    const key = levels.get(DIGITAL.key);
    const tamper = levels.get(DIGITAL.tamper);
    const cover = levels.get(DIGITAL.cover);
    if (key === undefined || tamper === undefined || cover === undefined) return null;
    return { key: key === 0 ? 'on' : 'off', tamper: tamper === 1, coverOpen: cover === 1 };
  };
  const set = (led: FiveLed | null, on: boolean): void => {
    if (on) led?.on();
    else led?.off();
  };
  firmata.onReady(() => {
    const board = firmata.board();
    lamp ??= new firmata.five.Led({ pin: DIGITAL.lamp, board });
    buzzer ??= new firmata.five.Led({ pin: DIGITAL.buzzer, board });
    set(lamp, wanted.lamp);
    set(buzzer, wanted.buzzer);
  });
  firmata.onLost(() => {
    stopBouncing();
    feed.clear();
  });
  const output = (name: 'lamp' | 'buzzer', on: boolean): Promise<Result<void, Fault>> => {
    wanted[name] = on;
    const fault = firmata.fault('panel');
    if (fault !== null) return Promise.resolve(err(fault));
    set(name === 'lamp' ? lamp : buzzer, on);
    return Promise.resolve(done);
  };
  const panel: SwitchPanel = {
    read: () => readFeed(firmata, 'panel', feed),
    onChange: feed.onChange,
    lamp: (on) => output('lamp', on),
    buzzer: (on) => output('buzzer', on),
  };
  const settled = (): void => {
    const now = state();
    if (now !== null) feed.put(now);
  };
  return {
    panel,
    /** A level changed: it counts when it stays. */
    moved: (): void => {
      stopBouncing();
      stopBouncing = clock.after(DEBOUNCE_MS, settled);
    },
  };
};

/**
 * Makes a pin an input with its pull-up. Boards before Firmata 2.5 have no mode for that: there it is
 * an input to which high is written. firmata.js puts what it reads from a pin into its next write of
 * the port, which would take the pull-up of a grounded pin away: the returned function, called on
 * each report, keeps it.
 */
const pullUp = (board: FiveBoard, pin: number): (() => void) => {
  const { io } = board;
  if (io.pins[pin]?.supportedModes.includes(io.MODES.PULLUP)) {
    board.pinMode(pin, io.MODES.PULLUP);
    return () => undefined;
  }
  board.pinMode(pin, io.MODES.INPUT);
  board.digitalWrite(pin, 1);
  const port = pin >> 3;
  return () => {
    io.ports[port] = (io.ports[port] ?? 0) | (1 << (pin & 7));
  };
};

/** Pin modes and digital reports, after each handshake. Old listeners go: the pins are told anew. */
const configurePins = (
  firmata: FirmataBoard,
  levels: Levels,
  onLevel: (pin: number, level: number) => void,
): void => {
  const board = firmata.board();
  const { io } = board;
  for (const channel of Object.values(ANALOG)) io.removeAllListeners(`analog-read-${channel}`);
  for (const register of [GAUGE_REGISTER.crate, GAUGE_REGISTER.vcell])
    io.removeAllListeners(`I2C-reply-${I2C.fuelGauge}-${register}`);
  for (const pin of OUTPUT_PINS) board.pinMode(pin, io.MODES.OUTPUT);
  const keepers = INPUT_PINS.map((pin) => pullUp(board, pin));
  levels.clear();
  for (const [index, pin] of INPUT_PINS.entries()) {
    io.removeAllListeners(`digital-read-${pin}`);
    board.digitalRead(pin, (level) => {
      keepers[index]?.();
      if (levels.get(pin) === level) return;
      levels.set(pin, level);
      onLevel(pin, level);
    });
  }
};

/**
 * Makes the devices of the power board; they answer `absent` or `timeout` until it is there, and
 * again whenever it is not. A board that returns is in use within 2 s.
 */
export const makePowerBoard = (link: ByteLink, clock: Clock): PowerBoard => {
  const firmata = openFirmataBoard(link, clock, { name: 'power' });
  const levels: Levels = new Map();
  const onLevel = (pin: number, level: number): void => {
    if (pin === DIGITAL.feedingA) a.contact(level === 0);
    else if (pin === DIGITAL.feedingB) b.contact(level === 0);
    else panel.moved();
  };
  firmata.onReady(() => configurePins(firmata, levels, onLevel));
  const a = makeStabilizer(firmata, clock, STABILIZER_PINS.a);
  const b = makeStabilizer(firmata, clock, STABILIZER_PINS.b);
  const battery = makeBattery(firmata, clock);
  const panel = makePanel(firmata, clock, levels);
  return {
    stabilizers: { a: a.stabilizer, b: b.stabilizer },
    battery,
    panel: panel.panel,
    realTimeClock: makeRealTimeClock(firmata, clock),
    firmata,
    start: firmata.start,
    close: firmata.close,
  };
};

/** Makes the devices and waits for the board's first handshake. Error: `absent`, `timeout` (4 s). */
export const connectPowerBoard = async (
  link: ByteLink,
  clock: Clock,
): Promise<Result<PowerBoard, Fault>> => {
  const board = makePowerBoard(link, clock);
  const started = await board.start();
  if (started.ok) return ok(board);
  board.close();
  return err(started.error);
};
