/** What goes wrong with the devices of table and booth, by the names that their emulators know. */
import { HEADPHONES_FAULTS } from '#drivers/audio/emulator.ts';
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator.ts';
import { TACTILE_KEYPAD_FAULTS } from '#drivers/keypad/emulator.ts';
import {
  DISPLAY_FAULTS,
  type DisplayFaultName,
  KEYPAD_FAULTS,
  type KeypadFaultName,
} from '#drivers/operator-station/emulator.ts';
import { TOUCHSCREEN_FAULTS } from '#drivers/touchscreen/emulator.ts';
import type { FaultKind } from '../plan.ts';

const SHORT_MS = [2_000, 45_000] as const;
const ANY_TIME = ['opening', 'voter', 'closing'] as const;

const namesOf = <Name extends string>(table: Readonly<Record<Name, string>>): readonly Name[] =>
  Object.keys(table) as Name[];

/** Takes effect when the module is given a command; pulled out, at once. */
export const READER_FAULTS: readonly FaultKind[] = FINGERPRINT_FAULTS.map((fault) => ({
  name: `reader.${fault}`,
  device: 'reader',
  parts: ['voter'],
  weight: ['silent', 'garbled', 'slow', 'unplugged'].includes(fault) ? 1 : 0.5,
  lastsMs: SHORT_MS,
  begin: ({ board }, _plan, bite) => {
    const { reader } = board.devices;
    const before = reader.commandsTaken();
    reader.fail(fault);
    if (fault === 'unplugged') bite();
    return { end: reader.heal, hasBitten: () => reader.commandsTaken() > before };
  },
}));

export const GLASS_FAULTS: readonly FaultKind[] = TOUCHSCREEN_FAULTS.map((fault) => ({
  name: `glass.${fault}`,
  device: 'glass',
  parts: ['ceremony', ...ANY_TIME],
  weight: 0.8,
  lastsMs: SHORT_MS,
  begin: (site, _plan, bite) => {
    const { glass } = site.board.devices;
    const before = site.touches;
    glass.fail(fault);
    if (fault === 'unplugged' || fault === 'restingPalm') bite();
    return { end: glass.heal, hasBitten: () => site.touches > before };
  },
}));

/** The operator's keypad tells of each at once. */
export const KEYPAD_FAULT_KINDS: readonly FaultKind[] = namesOf<KeypadFaultName>(KEYPAD_FAULTS).map(
  (fault) => ({
    name: `keypad.${fault}`,
    device: 'keypad',
    parts: ['voter', 'closing'],
    weight: 0.8,
    lastsMs: [1_000, 25_000],
    begin: ({ board }, _plan, bite) => {
      const { keypad } = board.devices;
      keypad.inject(fault);
      bite();
      return { end: () => keypad.clear(fault) };
    },
  }),
);

export const DISPLAY_FAULT_KINDS: readonly FaultKind[] = namesOf<DisplayFaultName>(
  DISPLAY_FAULTS,
).map((fault) => ({
  name: `display.${fault}`,
  device: 'display',
  parts: ANY_TIME,
  weight: 0.8,
  lastsMs: SHORT_MS,
  begin: ({ board }, _plan, bite) => {
    const { displayBoard } = board.devices;
    displayBoard.inject(fault);
    bite();
    return { end: () => displayBoard.clear(fault) };
  },
}));

/** A voter's hand is on the keypad when it happens. */
export const VOTER_KEYPAD_FAULTS: readonly FaultKind[] = TACTILE_KEYPAD_FAULTS.map((fault) => ({
  name: `voterKeypad.${fault}`,
  device: 'voterKeypad',
  parts: ['voter'],
  weight: 0.6,
  lastsMs: SHORT_MS,
  begin: ({ board }, plan, bite) => {
    const { voterKeypad } = board.devices;
    voterKeypad.fail(fault);
    void voterKeypad.press(plan.draw < 0.5 ? 'down' : 'right').then(bite);
    return { end: voterKeypad.heal };
  },
}));

/** A key wakes the voice; what goes wrong with it shows in what it is told next. */
export const HEADPHONES_FAULT_KINDS: readonly FaultKind[] = HEADPHONES_FAULTS.map((fault) => ({
  name: `headphones.${fault}`,
  device: 'headphones',
  parts: ['voter'],
  weight: 0.6,
  lastsMs: SHORT_MS,
  begin: ({ board }, _plan, bite) => {
    const { devices, wires } = board;
    const before = wires.headphones.carried().toDevice;
    devices.headphones.fail(fault);
    if (fault === 'unplugged') bite();
    void devices.voterKeypad.press('down');
    return {
      end: devices.headphones.heal,
      hasBitten: () => wires.headphones.carried().toDevice !== before,
    };
  },
}));
