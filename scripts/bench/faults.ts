/** What can be made to go wrong on the bench: each device's faults by name, as switches. */
import { HEADPHONES_FAULTS } from '#drivers/audio/emulator.ts';
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator.ts';
import { TACTILE_KEYPAD_FAULTS } from '#drivers/keypad/emulator.ts';
import {
  DISPLAY_FAULTS,
  type DisplayFaultName,
  KEYPAD_FAULTS,
  type KeypadFaultName,
} from '#drivers/operator-station/emulator.ts';
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator.ts';
import {
  REAL_TIME_CLOCK_FAULTS,
  type RealTimeClockFaultName,
} from '#drivers/real-time-clock/emulator.ts';
import { TOUCHSCREEN_FAULTS } from '#drivers/touchscreen/emulator.ts';
import { GATE_FAULTS } from '../devices/network-gate.ts';
import { RACK_MEDIUM_FAULTS, type RackMediumFault } from '../devices/rack-storage.ts';
import type { Machine } from './machine.ts';

/** A device's switches. Turning one on may turn another off, where a device has one fault at a time. */
export type FaultSwitches = {
  readonly names: readonly string[];
  readonly on: () => readonly string[];
  readonly turn: (name: string, on: boolean) => void;
};

export type Faults = Readonly<Record<string, FaultSwitches>>;

/** Devices with one fault at a time. */
const oneAtATime = <T extends string>(
  names: readonly T[],
  device: { fail(fault: T): void; heal(): void },
): FaultSwitches => {
  let current: T | null = null;
  return {
    names,
    on: () => (current === null ? [] : [current]),
    turn: (name, on) => {
      const found = names.find((each) => each === name);
      if (found === undefined || (!on && current !== found)) return;
      if (on) device.fail(found);
      else device.heal();
      current = on ? found : null;
    },
  };
};

/** Devices whose faults stand side by side. */
const sideBySide = <T extends string>(
  names: readonly T[],
  apply: (name: T, on: boolean) => void,
): FaultSwitches => {
  const active = new Set<T>();
  return {
    names,
    on: () => [...active],
    turn: (name, on) => {
      const found = names.find((each) => each === name);
      if (found === undefined || active.has(found) === on) return;
      if (on) active.add(found);
      else active.delete(found);
      apply(found, on);
    },
  };
};

type Injectable<T> = { inject(fault: T): void; clear(fault: T): void };

const injected = <T extends string>(names: readonly T[], device: Injectable<T>): FaultSwitches =>
  sideBySide(names, (name, on) => (on ? device.inject(name) : device.clear(name)));

const namesOf = <T extends string>(table: Readonly<Record<T, string>>): readonly T[] =>
  // The keys of a closed table are its names.
  Object.keys(table) as T[];

export const makeFaults = ({
  devices,
  memory,
  network,
}: Pick<Machine, 'devices' | 'memory' | 'network'>): Faults => {
  const { printer } = devices;
  // The power cut of the printer is the machine's own.
  const printerNames = PRINTER_FAULTS.filter((name) => name !== 'powerCut');
  // Nothing is read-only for root: what would not take effect is not offered.
  const isRoot = process.getuid?.() === 0;
  const mediumNames = namesOf<RackMediumFault>(RACK_MEDIUM_FAULTS).filter(
    (name) => !isRoot || name !== 'readOnly',
  );
  return {
    touchscreen: oneAtATime(TOUCHSCREEN_FAULTS, devices.glass),
    printer: {
      names: printerNames,
      on: () => printer.faults().filter((name) => name !== 'powerCut'),
      turn: (name, on) => {
        const found = printerNames.find((each) => each === name);
        if (found !== undefined) printer.setFault(found, on);
      },
    },
    fingerprint: oneAtATime(FINGERPRINT_FAULTS, devices.reader),
    keypad: injected(namesOf<KeypadFaultName>(KEYPAD_FAULTS), devices.keypad),
    display: injected(namesOf<DisplayFaultName>(DISPLAY_FAULTS), devices.displayBoard),
    power: injected(namesOf<PowerFaultName>(POWER_FAULTS), devices.power),
    clock: injected(
      namesOf<RealTimeClockFaultName>(REAL_TIME_CLOCK_FAULTS),
      devices.power.realTimeClock,
    ),
    'voter-keypad': oneAtATime(TACTILE_KEYPAD_FAULTS, devices.voterKeypad),
    headphones: oneAtATime(HEADPHONES_FAULTS, devices.headphones),
    ...(network === null ? {} : { network: oneAtATime(GATE_FAULTS, network) }),
    ...(memory === null
      ? {}
      : {
          fixed: sideBySide(mediumNames, memory.fixed.setFault),
          removable: sideBySide(mediumNames, memory.removable.setFault),
        }),
  };
};
