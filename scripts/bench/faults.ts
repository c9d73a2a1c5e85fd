/** What can be made to go wrong on the bench: each device's faults by name, as switches. */
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator.ts';
import type { STATION_FAULTS } from '#drivers/operator-station/emulator.ts';
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator.ts';
import { TOUCHSCREEN_FAULTS } from '#drivers/touchscreen/emulator.ts';
import type { BenchDevices } from './machine.ts';

/** A device's switches. Turning one on may turn another off, where a device has one fault at a time. */
export type FaultSwitches = {
  readonly names: readonly string[];
  readonly on: () => readonly string[];
  readonly turn: (name: string, on: boolean) => void;
};

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
      if (found === undefined) return;
      if (on) device.fail(found);
      else if (current === found) device.heal();
      else return;
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
      if (found === undefined) return;
      if (on) active.add(found);
      else active.delete(found);
      apply(found, on);
    },
  };
};

const isPowerFault = (name: string): name is PowerFaultName => name in POWER_FAULTS;

export type Faults = Readonly<Record<string, FaultSwitches>>;

/** A key that nobody presses by mistake. */
const STUCK_KEY = '5';

/** `unplugKeypad`: pulls the operator's keypad out and puts it back; not every rack can. */
export const makeFaults = (
  { reader, printer, power, glass, lcd, keypad }: BenchDevices,
  unplugKeypad: ((out: boolean) => void) | null,
): Faults => {
  const printerNames = PRINTER_FAULTS.filter((name) => name !== 'powerCut');
  const stationNames = (
    [
      'keypadUnplugged',
      'keyStuck',
      'displayUnplugged',
    ] as const satisfies readonly (keyof typeof STATION_FAULTS)[]
  ).filter((name) => name !== 'keypadUnplugged' || unplugKeypad !== null);
  return {
    fingerprint: oneAtATime(FINGERPRINT_FAULTS, reader),
    printer: {
      names: printerNames,
      on: () => printer.faults().filter((name) => name !== 'powerCut'),
      turn: (name, on) => {
        const found = printerNames.find((each) => each === name);
        if (found !== undefined) printer.setFault(found, on);
      },
    },
    power: sideBySide(Object.keys(POWER_FAULTS).filter(isPowerFault), (name, on) =>
      on ? power.inject(name) : power.clear(name),
    ),
    touchscreen: oneAtATime(TOUCHSCREEN_FAULTS, glass),
    'operator-station': sideBySide(stationNames, (name, on) => {
      switch (name) {
        case 'keypadUnplugged':
          unplugKeypad?.(on);
          return;
        case 'keyStuck':
          if (on) keypad.hold(STUCK_KEY);
          else keypad.release(STUCK_KEY);
          return;
        case 'displayUnplugged':
          if (on) lcd.unplug();
          else lcd.plug();
          return;
      }
    }),
  };
};
