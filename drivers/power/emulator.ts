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
import { GAUGE_REGISTER, gaugeRegisters, rawOf } from './conversion.ts';
import { emulateFirmata, type FirmataRevision } from './emulated-firmata.ts';
import type { I2cDevice } from './emulated-i2c.ts';
import { makePowerPlant, type PlantOptions, type PowerPlant, type Side } from './emulated-plant.ts';
import { ANALOG, DIGITAL, I2C } from './pins.ts';

/** What goes wrong with power, each by its name. `unplugged` is the link's own affair. */
export const POWER_FAULTS = {
  silent: 'the board hangs: it neither hears nor answers',
  stabilizerAFailed: 'stabilizer A delivers nothing',
  stabilizerBFailed: 'stabilizer B delivers nothing',
  mainsLost: 'no voltage on either line',
  mainsSag: 'both lines at 70 V: the stabilizers cut off',
  mainsFlicker: 'mains comes and goes twenty times, 300 ms each',
  relayAStuck: 'relay A does not open any more',
  gaugeFrozen: 'the fuel gauge keeps saying what it said',
  gaugeLying: 'the fuel gauge says 95 % whatever is left',
  gaugeJumping: 'the fuel gauge jumps by 30 % between samples',
  batteryMissing: 'no battery in the bay',
} as const satisfies Record<string, string>;

export type PowerFaultName = keyof typeof POWER_FAULTS;

const SAG_VOLTS = 70;
const NOMINAL_VOLTS = 120;
const FLICKER_MS = 300;
const FLICKER_LIMIT = 40;
const LIE_PERCENT = 95;
const JUMP_PERCENT = 30;

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
};

/** The MAX17048: a register pointer that moves on as words are read. */
const emulateFuelGauge = (plant: PowerPlant, faults: ReadonlySet<PowerFaultName>): I2cDevice => {
  let pointer = 0;
  let samples = 0;
  let lastPercent = plant.battery().percent;
  const shownPercent = (): number => {
    if (faults.has('gaugeFrozen')) return lastPercent;
    const { percent } = plant.battery();
    if (faults.has('gaugeLying')) return LIE_PERCENT;
    if (faults.has('gaugeJumping')) {
      samples += 1;
      const jumped = samples % 2 === 0 ? percent - JUMP_PERCENT : percent;
      return Math.max(jumped, 0);
    }
    lastPercent = percent;
    return percent;
  };
  const wordAt = (register: number): number => {
    const { volts, percentPerHour } = plant.battery();
    const rate = faults.has('gaugeFrozen') ? 0 : percentPerHour;
    switch (register) {
      case GAUGE_REGISTER.vcell:
        return gaugeRegisters(volts, 0, 0).vcell;
      case GAUGE_REGISTER.soc:
        return gaugeRegisters(0, shownPercent(), 0).soc;
      case GAUGE_REGISTER.crate:
        return gaugeRegisters(0, 0, rate).crate;
      default:
        return 0;
    }
  };
  return {
    address: I2C.fuelGauge,
    present: () => !faults.has('batteryMissing'),
    write: (bytes) => {
      pointer = bytes[0] ?? 0;
    },
    read: (count) => {
      const bytes: number[] = [];
      while (bytes.length < count) {
        const word = wordAt(pointer);
        bytes.push(word >> 8, word & 0xff);
        pointer += 2;
      }
      return bytes.slice(0, count);
    },
  };
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
        plant.setRelay('b', !high);
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
  return { outputs, analog, grounded, onOutput, flip };
};

export const makePowerBoardEmulator = (
  link: ByteLink,
  clock: Clock,
  options: PowerBoardOptions = {},
): PowerBoardEmulator => {
  const plant = makePowerPlant(clock, options);
  const faults = new Set<PowerFaultName>();
  const mainsVolts = options.mainsVolts ?? NOMINAL_VOLTS;
  const realTimeClock = makeRealTimeClockEmulator(clock);
  const wiring = wire(plant, faults, () => board.contactMoved());
  const board = emulateFirmata(
    link,
    clock,
    {
      analog: wiring.analog,
      grounded: wiring.grounded,
      onOutput: wiring.onOutput,
      i2c: [emulateFuelGauge(plant, faults), realTimeClock, ...(options.i2c ?? [])],
    },
    options.revision,
  );

  const flicker = (left: number): void => {
    if (!faults.has('mainsFlicker')) return;
    plant.setMains(left % 2 === 0 ? 0 : mainsVolts);
    if (left > 1) clock.after(FLICKER_MS, () => flicker(left - 1));
  };

  const apply = (fault: PowerFaultName, on: boolean): void => {
    switch (fault) {
      case 'silent':
        board.setSilent(on);
        return;
      case 'stabilizerAFailed':
        plant.setFailed('a', on);
        return;
      case 'stabilizerBFailed':
        plant.setFailed('b', on);
        return;
      case 'mainsLost':
        plant.setMains(on ? 0 : mainsVolts);
        return;
      case 'mainsSag':
        plant.setMains(on ? SAG_VOLTS : mainsVolts);
        return;
      case 'mainsFlicker':
        if (on) flicker(FLICKER_LIMIT);
        else plant.setMains(mainsVolts);
        return;
      case 'relayAStuck':
      case 'gaugeFrozen':
      case 'gaugeLying':
      case 'gaugeJumping':
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
