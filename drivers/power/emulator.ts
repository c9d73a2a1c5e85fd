/**
 * The power board as a device: StandardFirmata on one side of the link, mains, stabilizers, relays,
 * battery, fuel gauge and switches on the other, with its faults by name.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import {
  makeRealTimeClockEmulator,
  type RealTimeClockEmulator,
} from '../real-time-clock/emulator.ts';
import { rawOf } from './conversion.ts';
import {
  type EmulatedFirmata,
  emulateFirmata,
  type FirmataRevision,
  type World,
} from './emulated-firmata.ts';
import { emulateFuelGauge, GAUGE_FAULTS } from './emulated-gauge.ts';
import type { I2cDevice } from './emulated-i2c.ts';
import {
  makePowerPlant,
  type PlantOptions,
  type PowerPlant,
  SIDES,
  type Side,
} from './emulated-plant.ts';
import { ANALOG, DIGITAL } from './pins.ts';

/** What goes wrong with power, each by its name. `unplugged` is the link's own affair. */
export const POWER_FAULTS = {
  silent: 'the board hangs: it neither hears nor answers',
  restarting: 'the board starts anew every five seconds',
  voltagesMissing: 'the board no longer reports voltages; switches and gauge go on',
  noisy: 'bytes that the board did not send are on its line',
  stabilizerAFailed: 'stabilizer A delivers nothing',
  stabilizerBFailed: 'stabilizer B delivers nothing',
  stabilizersFailed: 'neither stabilizer delivers anything, with mains on both lines',
  mainsLost: 'no voltage on either line',
  mainsSag: 'both lines at 70 V: the stabilizers cut off',
  mainsSwell: 'both lines at 165 V: the stabilizers cut off',
  mainsFlicker: 'mains comes and goes twenty times, 300 ms each',
  relayAStuck: 'relay A does not open any more',
  relayBStuck: 'relay B does not open any more',
  keyBouncing: 'the contact of the key switch never rests',
  ...GAUGE_FAULTS,
} as const satisfies Record<string, string>;

export type PowerFaultName = keyof typeof POWER_FAULTS;

const SAG_VOLTS = 70;
const SWELL_VOLTS = 165;
const NOMINAL_VOLTS = 120;
const FLICKER_MS = 300;
const FLICKER_LIMIT = 40;
const RESTART_MS = 5_000;
/** Shorter than any debouncing. */
const BOUNCE_MS = 7;
const NOISE_MS = 40;
const NOISE_BYTES = 5;

export type PowerBoardEmulator = {
  readonly plant: PowerPlant;
  /** The DS3231 on the board's bus; its cell outlives the unit's power. */
  readonly realTimeClock: RealTimeClockEmulator;
  setMains(volts: number): void;
  failStabilizer(side: Side): void;
  mendStabilizer(side: Side): void;
  turnKey(position: 'on' | 'off'): void;
  openCover(): void;
  closeCover(): void;
  breakSeal(): void;
  renewSeal(): void;
  /** The lamp is lit, the buzzer sounds. */
  lamp(): boolean;
  buzzer(): boolean;
  /** The reset button of the board. */
  reset(): void;
  /** The board lives on the unit's own supply: with the unit off, it says nothing. */
  setPowered(powered: boolean): void;
  inject(fault: PowerFaultName): void;
  clear(fault: PowerFaultName): void;
};

export type PowerBoardOptions = PlantOptions & {
  /** More chips on the board's I2C bus. */
  readonly i2c?: readonly I2cDevice[];
  /** Which StandardFirmata the board runs. */
  readonly revision?: FirmataRevision;
  /** What runs on the board instead of the emulated program. */
  readonly program?: (link: ByteLink, world: World) => EmulatedFirmata;
};

/** What hangs at the board's pins: voltages, switches, coils, lamp and buzzer. */
const wire = (plant: PowerPlant, faults: ReadonlySet<PowerFaultName>, contactMoved: () => void) => {
  const switches = { key: false, seal: true, coverShut: true };
  const outputs = { lamp: false, buzzer: false };
  const analog = (channel: number): number => {
    switch (channel) {
      case ANALOG.lineA:
        return rawOf(plant.line('a'));
      case ANALOG.outputA:
        return rawOf(plant.output('a'));
      case ANALOG.lineB:
        return rawOf(plant.line('b'));
      case ANALOG.outputB:
        return rawOf(plant.output('b'));
      default:
        return 0;
    }
  };
  const grounded = (pin: number): boolean => {
    switch (pin) {
      case DIGITAL.key:
        return switches.key;
      case DIGITAL.tamper:
        return switches.seal;
      case DIGITAL.cover:
        return switches.coverShut;
      case DIGITAL.feedingA:
        return plant.relayClosed('a');
      case DIGITAL.feedingB:
        return plant.relayClosed('b');
      default:
        return false;
    }
  };
  const onOutput = (pin: number, high: boolean): void => {
    switch (pin) {
      case DIGITAL.relayA:
        if (!faults.has('relayAStuck')) plant.setRelay('a', !high);
        contactMoved();
        return;
      case DIGITAL.relayB:
        if (!faults.has('relayBStuck')) plant.setRelay('b', !high);
        contactMoved();
        return;
      case DIGITAL.lamp:
        outputs.lamp = high;
        return;
      case DIGITAL.buzzer:
        outputs.buzzer = high;
        return;
    }
  };
  const flip = (name: keyof typeof switches, closed: boolean): void => {
    switches[name] = closed;
    contactMoved();
  };
  const bounceKey = (): void => flip('key', !switches.key);
  return { outputs, analog, grounded, onOutput, flip, bounceKey };
};

export const makePowerBoardEmulator = (
  link: ByteLink,
  clock: Clock,
  options: PowerBoardOptions = {},
): PowerBoardEmulator => {
  const plant = makePowerPlant(clock, options);
  const faults = new Set<PowerFaultName>();
  const repeating = new Map<PowerFaultName, () => void>();
  const mainsVolts = options.mainsVolts ?? NOMINAL_VOLTS;
  const realTimeClock = makeRealTimeClockEmulator(clock);
  const wiring = wire(plant, faults, () => board.contactMoved());
  const world: World = {
    analog: wiring.analog,
    grounded: wiring.grounded,
    onOutput: wiring.onOutput,
    i2c: [
      emulateFuelGauge(plant.battery, (fault) => faults.has(fault)),
      realTimeClock,
      ...(options.i2c ?? []),
    ],
  };
  const board: EmulatedFirmata =
    options.program?.(link, world) ?? emulateFirmata(link, clock, world, options.revision);

  const flicker = (left: number): void => {
    if (!faults.has('mainsFlicker')) return;
    plant.setMains(left % 2 === 0 ? 0 : mainsVolts);
    if (left > 1) clock.after(FLICKER_MS, () => flicker(left - 1));
  };
  /** Does something again and again while a fault lasts; a fault that ends ends it. */
  const repeat = (fault: PowerFaultName, everyMs: number, act: () => void): void => {
    const again = (): void => {
      if (repeating.get(fault) !== again) return;
      act();
      clock.after(everyMs, again);
    };
    repeating.set(fault, again);
    clock.after(everyMs, again);
  };
  let noise = 0;
  const makeNoise = (): void => {
    // Every byte value comes by, in no order that a frame has.
    const bytes = Uint8Array.from({ length: NOISE_BYTES }, (_, at) => (noise + at * 83) & 0xff);
    noise = (noise + NOISE_BYTES * 83) & 0xff;
    void link.write(bytes);
  };
  const both = (failed: boolean): void => {
    for (const side of SIDES) plant.setFailed(side, failed);
  };

  const apply = (fault: PowerFaultName, on: boolean): void => {
    if (!on) repeating.delete(fault);
    switch (fault) {
      case 'silent':
        board.setSilent(on);
        return;
      case 'voltagesMissing':
        board.setAnalogMuted(on);
        return;
      case 'restarting':
        if (on) repeat(fault, RESTART_MS, board.reset);
        return;
      case 'noisy':
        if (on) repeat(fault, NOISE_MS, makeNoise);
        return;
      case 'keyBouncing':
        if (on) repeat(fault, BOUNCE_MS, wiring.bounceKey);
        else wiring.flip('key', false);
        return;
      case 'stabilizerAFailed':
        plant.setFailed('a', on);
        return;
      case 'stabilizerBFailed':
        plant.setFailed('b', on);
        return;
      case 'stabilizersFailed':
        both(on);
        return;
      case 'mainsLost':
        plant.setMains(on ? 0 : mainsVolts);
        return;
      case 'mainsSag':
        plant.setMains(on ? SAG_VOLTS : mainsVolts);
        return;
      case 'mainsSwell':
        plant.setMains(on ? SWELL_VOLTS : mainsVolts);
        return;
      case 'mainsFlicker':
        if (on) flicker(FLICKER_LIMIT);
        else plant.setMains(mainsVolts);
        return;
      case 'relayAStuck':
      case 'relayBStuck':
      case 'gaugeFrozen':
      case 'gaugeLying':
      case 'gaugeJumping':
      case 'gaugeGarbled':
      case 'batteryMissing':
        return;
    }
  };

  return {
    plant,
    realTimeClock,
    setMains: plant.setMains,
    failStabilizer: (side) => plant.setFailed(side, true),
    mendStabilizer: (side) => plant.setFailed(side, false),
    turnKey: (position) => wiring.flip('key', position === 'on'),
    openCover: () => wiring.flip('coverShut', false),
    closeCover: () => wiring.flip('coverShut', true),
    breakSeal: () => wiring.flip('seal', false),
    renewSeal: () => wiring.flip('seal', true),
    lamp: () => wiring.outputs.lamp,
    buzzer: () => wiring.outputs.buzzer,
    reset: board.reset,
    setPowered: board.setPowered,
    inject: (fault) => {
      faults.add(fault);
      apply(fault, true);
    },
    clear: (fault) => {
      faults.delete(fault);
      apply(fault, false);
    },
  };
};
