/**
 * The power board as the machine sees it: two stabilizers, the battery, the switch panel and the
 * real-time clock, all behind one Firmata board that johnny-five drives. Event-driven throughout: the
 * board samples and reports, nothing here polls. (johnny-five's Sensor and Switch poll or debounce in
 * real time and are therefore not used; its Board, Relay and Led are.)
 */
import type { Battery } from '#hal/battery.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import type { PowerStabilizer } from '#hal/power-stabilizer.ts';
import type { RealTimeClock } from '#hal/real-time-clock.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { SwitchPanel } from '#hal/switch-panel.ts';
import { makeRealTimeClock } from '../real-time-clock/driver.ts';
import { GAUGE_REGISTER } from './conversion.ts';
import { type FirmataBoard, openFirmataBoard } from './firmata-board.ts';
import { makeFuelGauge } from './fuel-gauge.ts';
import type { FiveBoard } from './johnny-five.ts';
import { ANALOG, DIGITAL, I2C, INPUT_PINS, OUTPUT_PINS } from './pins.ts';
import { makeStabilizer, STABILIZER_PINS } from './stabilizer.ts';
import { makeSwitches } from './switches.ts';

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
  levels: Map<number, number>,
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
  const levels = new Map<number, number>();
  const onLevel = (pin: number, level: number): void => {
    if (pin === DIGITAL.feedingA) a.contact(level === 0);
    else if (pin === DIGITAL.feedingB) b.contact(level === 0);
    else switches.moved();
  };
  firmata.onReady(() => configurePins(firmata, levels, onLevel));
  const a = makeStabilizer(firmata, clock, STABILIZER_PINS.a);
  const b = makeStabilizer(firmata, clock, STABILIZER_PINS.b);
  const battery = makeFuelGauge(firmata, clock);
  const switches = makeSwitches(firmata, clock, levels);
  return {
    stabilizers: { a: a.stabilizer, b: b.stabilizer },
    battery,
    panel: switches.panel,
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
