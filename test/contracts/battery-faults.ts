/** What the contract lets the power board's fuel gauge answer under each fault of the board. */
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import type { BatteryReading } from '#hal/battery.ts';
import type { BatteryFaultRow } from './battery.ts';
import type { Expected } from './power-rig.ts';

type Row = { readonly read: Expected; readonly shows?: Partial<BatteryReading> };

const READS: Row = { read: 'reading', shows: { present: true } };

const UNDER_FAULT = {
  silent: { read: 'timeout' },
  restarting: { read: 'reading or timeout' },
  // The board is told its pins anew now and then.
  voltagesMissing: { read: 'reading or timeout' },
  noisy: { read: 'reading or timeout' },
  stabilizerAFailed: READS,
  stabilizerBFailed: READS,
  stabilizersFailed: { read: 'reading', shows: { present: true, flow: 'discharging' } },
  mainsLost: { read: 'reading', shows: { present: true, flow: 'discharging' } },
  mainsSag: { read: 'reading', shows: { present: true, flow: 'discharging' } },
  mainsSwell: { read: 'reading', shows: { present: true, flow: 'discharging' } },
  mainsFlicker: READS,
  relayAStuck: READS,
  relayBStuck: READS,
  keyBouncing: READS,
  // A gauge that lies is believed here: to find it out is for the power policy.
  gaugeFrozen: READS,
  gaugeLying: { read: 'reading', shows: { present: true, percent: 95 } },
  gaugeJumping: READS,
  gaugeGarbled: { read: 'garbled' },
  batteryMissing: {
    read: 'reading',
    shows: { present: false, percent: 0, volts: 0, flow: 'idle' },
  },
} as const satisfies Record<PowerFaultName, Row>;

export const POWER_BOARD_BATTERY_FAULTS: readonly BatteryFaultRow[] = (
  Object.entries(UNDER_FAULT) as [PowerFaultName, Row][]
).map(([fault, row]) => ({
  ...row,
  fault,
  words: POWER_FAULTS[fault],
}));
