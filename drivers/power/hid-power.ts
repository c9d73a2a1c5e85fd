/**
 * A HID Power Device bound by what its report descriptor says its bits mean: charge, volts, direction
 * of the current, warnings. Source: USB "Usage Tables for HID Power Devices" 1.0, 4.1 (Power Device page, 84) and
 * 4.2 (Battery System page, 85); units after HID 1.11, 6.2.2.7. Pure and total.
 */
import type { BatteryReading, BatteryWarning } from '#hal/battery.ts';
import { err, ok, type Result } from '#hal/result.ts';
import {
  type HidDescription,
  type HidField,
  parseReportDescriptor,
  readField,
  standsIn,
} from '../touchscreen/hid-descriptor.ts';
import { NO_BATTERY } from './conversion.ts';

export const POWER_DEVICE_PAGE = 0x84;
export const BATTERY_SYSTEM_PAGE = 0x85;

/** 4.1, table 2, and 4.2, table 3. */
export const POWER_USAGE = {
  ups: { page: POWER_DEVICE_PAGE, id: 0x04 },
  powerSummary: { page: POWER_DEVICE_PAGE, id: 0x24 },
  presentStatus: { page: POWER_DEVICE_PAGE, id: 0x02 },
  voltage: { page: POWER_DEVICE_PAGE, id: 0x30 },
  overload: { page: POWER_DEVICE_PAGE, id: 0x65 },
  shutdownImminent: { page: POWER_DEVICE_PAGE, id: 0x69 },
  remainingCapacity: { page: BATTERY_SYSTEM_PAGE, id: 0x66 },
  runTimeToEmpty: { page: BATTERY_SYSTEM_PAGE, id: 0x68 },
  belowLimit: { page: BATTERY_SYSTEM_PAGE, id: 0x42 },
  charging: { page: BATTERY_SYSTEM_PAGE, id: 0x44 },
  discharging: { page: BATTERY_SYSTEM_PAGE, id: 0x45 },
  needReplacement: { page: BATTERY_SYSTEM_PAGE, id: 0x4b },
  acPresent: { page: BATTERY_SYSTEM_PAGE, id: 0xd0 },
  batteryPresent: { page: BATTERY_SYSTEM_PAGE, id: 0xd1 },
} as const satisfies Record<string, { readonly page: number; readonly id: number }>;

/** What is bound: each of these is one number or flag of a report. */
const BOUND = [
  'remainingCapacity',
  'voltage',
  'charging',
  'discharging',
  'batteryPresent',
  'belowLimit',
  'shutdownImminent',
] as const satisfies readonly (keyof typeof POWER_USAGE)[];
type Bound = (typeof BOUND)[number];

/** HID 1.11, 6.2.2.7: the volt, whose value in the units of the descriptor is 10^7. */
const VOLT_UNIT = 0x00f0d121;
const VOLT_EXPONENT = 7;

/** Charge is told in percent (4.2.5, CapacityMode 2). */
const MOST_PERCENT = 100;
/** Bits of a battery's voltage that make sense: a pack of 24 lead cells in series. */
const MOST_VOLTS = 60;

export type PowerBinding = {
  readonly description: HidDescription;
  readonly fields: ReadonlyMap<Bound, HidField>;
};

/** The values that were last heard, by name. */
export type PowerValues = ReadonlyMap<Bound, number>;

const findField = (description: HidDescription, name: Bound): HidField | undefined => {
  const { page, id } = POWER_USAGE[name];
  const found = description.fields.filter(
    ({ kind, array, usages }) =>
      kind === 'input' && !array && usages.some((usage) => usage.page === page && usage.id === id),
  );
  const summary = description.collections.findIndex(
    ({ usage }) =>
      usage.page === POWER_USAGE.powerSummary.page && usage.id === POWER_USAGE.powerSummary.id,
  );
  // The summary speaks of the whole device; elsewhere the same usage may mean one input or one cell.
  return found.find((field) => standsIn(description, field, summary)) ?? found[0];
};

/** Error: the descriptor is none, or the device does not tell its charge in its input reports. */
export const bindPowerDevice = (descriptor: Uint8Array): Result<PowerBinding, string> => {
  const parsed = parseReportDescriptor(descriptor);
  if (!parsed.ok) return parsed;
  const description = parsed.value;
  const isPower = description.collections.some(({ usage }) => usage.page === POWER_DEVICE_PAGE);
  if (!isPower) return err('it is no power device');
  const fields = new Map<Bound, HidField>();
  for (const name of BOUND) {
    const field = findField(description, name);
    if (field !== undefined) fields.set(name, field);
  }
  return fields.has('remainingCapacity')
    ? ok({ description, fields })
    : err('it does not tell its charge');
};

/** What one input report says of the bound values; nothing for reports of others, or cut ones. */
export const takePowerReport = (
  { description, fields }: PowerBinding,
  report: Uint8Array,
): PowerValues => {
  const heard = new Map<Bound, number>();
  const id = description.numbered ? report[0] : 0;
  for (const [name, field] of fields) {
    if (field.reportId !== id) continue;
    const value = readField(description, field, report);
    if (value !== null) heard.set(name, value);
  }
  return heard;
};

const voltsOf = (value: number, field: HidField | undefined): number => {
  if (field === undefined || field.unit !== VOLT_UNIT) return 0;
  const volts = value * 10 ** (field.unitExponent - VOLT_EXPONENT);
  return volts >= 0 && volts <= MOST_VOLTS ? Math.round(volts * 100) / 100 : 0;
};

/** 4.1.4, ShutdownImminent; 4.2.3, BelowRemainingCapacityLimit. */
const warningOf = (values: PowerValues): BatteryWarning | null => {
  if (values.get('shutdownImminent') === 1) return 'critical';
  return values.get('belowLimit') === 1 ? 'low' : null;
};

/** The battery that the values speak of; null: what no battery can be. */
export const powerReading = (
  { fields }: PowerBinding,
  values: PowerValues,
): BatteryReading | null => {
  if (values.get('batteryPresent') === 0) return NO_BATTERY;
  const percent = values.get('remainingCapacity') ?? Number.NaN;
  const charging = values.get('charging') === 1;
  const discharging = values.get('discharging') === 1;
  if (!(percent >= 0 && percent <= MOST_PERCENT) || (charging && discharging)) return null;
  const warns = warningOf(values);
  return {
    present: true,
    percent,
    volts: voltsOf(values.get('voltage') ?? 0, fields.get('voltage')),
    flow: charging ? 'charging' : discharging ? 'discharging' : 'idle',
    ...(warns === null ? {} : { warns }),
  };
};
