/** Every kind of fault that a simulated day knows, by family. */
import type { FaultKind } from '../plan.ts';
import {
  DISPLAY_FAULT_KINDS,
  GLASS_FAULTS,
  HEADPHONES_FAULT_KINDS,
  KEYPAD_FAULT_KINDS,
  READER_FAULTS,
  VOTER_KEYPAD_FAULTS,
} from './devices.ts';
import { NETWORK_FAULT_KINDS } from './network.ts';
import { PEOPLE_FAULTS, VOTERS_OWN } from './people.ts';
import { POWER_FAULT_KINDS } from './power.ts';
import { PRINTER_FAULT_KINDS } from './printer.ts';
import { STORAGE_FAULTS } from './storage.ts';
import { UNIT_FAULTS } from './unit.ts';

export const FAULT_KINDS: readonly FaultKind[] = [
  ...READER_FAULTS,
  ...PRINTER_FAULT_KINDS,
  ...GLASS_FAULTS,
  ...KEYPAD_FAULT_KINDS,
  ...DISPLAY_FAULT_KINDS,
  ...VOTER_KEYPAD_FAULTS,
  ...HEADPHONES_FAULT_KINDS,
  ...POWER_FAULT_KINDS,
  ...STORAGE_FAULTS,
  ...UNIT_FAULTS,
  ...NETWORK_FAULT_KINDS,
  ...PEOPLE_FAULTS,
];

/** Everything that is counted, for the report. */
export const FAULT_NAMES: readonly string[] = [
  ...FAULT_KINDS.map(({ name }) => name),
  ...VOTERS_OWN,
].sort();
