/** What the contract of a battery lets a HID UPS answer under each of its faults. */
import { UPS_FAULTS, type UpsFaultName } from '#drivers/power/emulated-ups.ts';
import type { BatteryReading } from '#hal/battery.ts';
import type { BatteryFaultRow } from './battery.ts';
import type { Expected } from './power-rig.ts';

type Row = { readonly read: Expected; readonly shows?: Partial<BatteryReading> };

const READS: Row = { read: 'reading', shows: { present: true } };

const UNDER_FAULT = {
  upsUnplugged: { read: 'absent' },
  upsSilent: { read: 'timeout' },
  upsShortReports: { read: 'timeout' },
  upsForeignReports: { read: 'timeout' },
  upsGarbled: { read: 'garbled' },
  upsContradicting: { read: 'garbled' },
  // A gauge that lies is believed here: to find it out is for the power policy.
  upsFrozen: { read: 'reading', shows: { percent: 60 } },
  upsLying: { read: 'reading', shows: { percent: 95 } },
  upsJumping: READS,
  upsBelowLimit: { read: 'reading', shows: { percent: 60, warns: 'low' } },
  upsShutdownImminent: { read: 'reading', shows: { percent: 60, warns: 'critical' } },
  upsBatteryMissing: {
    read: 'reading',
    shows: { present: false, percent: 0, volts: 0, flow: 'idle' },
  },
} as const satisfies Record<UpsFaultName, Row>;

export const isUpsFault = (name: string): name is UpsFaultName => name in UPS_FAULTS;

export const UPS_BATTERY_FAULTS: readonly BatteryFaultRow[] = (
  Object.entries(UNDER_FAULT) as [UpsFaultName, Row][]
).map(([fault, row]) => ({ ...row, fault, words: UPS_FAULTS[fault] }));
