/**
 * A UPS as a HID device: descriptor and input reports of a HID Power Device, over the same plant of
 * mains, stabilizers and battery as the power board, with its faults by name.
 */
import type { Clock } from '#hal/clock.ts';
import type { ReportDevice } from '../links/memory-report-link.ts';
import { makePowerPlant, type PlantOptions, type PowerPlant } from './emulated-plant.ts';

/** What goes wrong with a UPS, each by its name. */
export const UPS_FAULTS = {
  upsUnplugged: 'the cable of the UPS is pulled out',
  upsSilent: 'the UPS sends no reports',
  upsShortReports: 'the reports of the UPS are cut short',
  upsForeignReports: 'the UPS sends reports that its descriptor does not know',
  upsGarbled: 'the UPS tells a charge of 137 %',
  upsContradicting: 'the UPS says that it charges and discharges at once',
  upsFrozen: 'the UPS keeps telling the charge that it told',
  upsLying: 'the UPS tells 95 % whatever is left',
  upsJumping: 'the UPS jumps by 30 % between reports',
  upsBelowLimit: 'the UPS warns of too little charge, whatever it tells',
  upsShutdownImminent: 'the UPS warns that it is about to switch off, whatever it tells',
  upsBatteryMissing: 'there is no battery in the UPS',
} as const satisfies Record<string, string>;

export type UpsFaultName = keyof typeof UPS_FAULTS;

const REPORT_MS = 1_000;
const STATUS_ID = 1;
const CHARGE_ID = 2;
const FOREIGN_ID = 9;
const LIE_PERCENT = 95;
const JUMP_PERCENT = 30;
const GARBLED_PERCENT = 137;
const LOW_PERCENT = 20;

/** HID 1.11, 6.2.2: short items, written out. */
export const UPS_DESCRIPTOR: Uint8Array = Uint8Array.of(
  // Usage page Power Device, usage UPS, collection Application, usage PowerSummary, Physical.
  ...[0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0x09, 0x24, 0xa1, 0x00],
  // Report 1, PresentStatus (logical collection): six flags of the Battery System page.
  ...[0x85, STATUS_ID, 0x09, 0x02, 0xa1, 0x02, 0x05, 0x85],
  ...[0x09, 0xd0, 0x09, 0x44, 0x09, 0x45, 0x09, 0xd1, 0x09, 0x42, 0x09, 0x4b],
  ...[0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x06, 0x81, 0x02],
  // Two flags of the Power Device page: Overload, ShutdownImminent.
  ...[0x05, 0x84, 0x09, 0x65, 0x09, 0x69, 0x95, 0x02, 0x81, 0x02, 0xc0],
  // Report 2: RemainingCapacity in percent, RunTimeToEmpty in seconds.
  ...[0x85, CHARGE_ID, 0x05, 0x85, 0x09, 0x66, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x01],
  ...[0x81, 0x02, 0x09, 0x68, 0x27, 0xff, 0xff, 0x00, 0x00, 0x75, 0x10],
  ...[0x66, 0x01, 0x10, 0x55, 0x00, 0x81, 0x02],
  // Voltage in hundredths of a volt: unit volt, exponent 7 - 2.
  ...[0x05, 0x84, 0x09, 0x30, 0x67, 0x21, 0xd1, 0xf0, 0x00, 0x55, 0x05, 0x81, 0x02],
  ...[0xc0, 0xc0],
);

export type UpsEmulator = {
  readonly plant: PowerPlant;
  inject(fault: UpsFaultName): void;
  clear(fault: UpsFaultName): void;
  /** Sends no more; for the end of a test. */
  stop(): void;
};

export type UpsOptions = PlantOptions & {
  /** The cable, so that `upsUnplugged` can pull it. */
  readonly cable: { unplug(): void; plug(): void };
};

/** `device`: the device's end of a report link whose descriptor is `UPS_DESCRIPTOR`. */
export const makeUpsEmulator = (
  device: Pick<ReportDevice, 'report'>,
  clock: Clock,
  options: UpsOptions,
): UpsEmulator => {
  const plant = makePowerPlant(clock, options);
  const faults = new Set<UpsFaultName>();
  let frozenPercent = 0;
  let reports = 0;

  const percentNow = (): number => {
    const whole = Math.round(plant.battery().percent);
    if (faults.has('upsGarbled')) return GARBLED_PERCENT;
    if (faults.has('upsFrozen')) return frozenPercent;
    if (faults.has('upsLying')) return LIE_PERCENT;
    if (faults.has('upsJumping') && reports % 2 === 0) return Math.max(whole - JUMP_PERCENT, 0);
    return whole;
  };
  const statusReport = (): number[] => {
    const { percent, percentPerHour } = plant.battery();
    const missing = faults.has('upsBatteryMissing');
    const both = faults.has('upsContradicting');
    const flags = [
      plant.fed(),
      both || (!missing && percentPerHour > 0),
      both || (!missing && percentPerHour < 0),
      !missing,
      !missing && (percent < LOW_PERCENT || faults.has('upsBelowLimit')),
      false,
      false,
      plant.dead() || faults.has('upsShutdownImminent'),
    ];
    return [STATUS_ID, flags.reduce((bits, on, at) => bits | (on ? 1 << at : 0), 0)];
  };
  const chargeReport = (): number[] => {
    const { percent, volts, percentPerHour } = plant.battery();
    const seconds =
      percentPerHour < 0 ? Math.min((percent / -percentPerHour) * 3_600, 0xffff) : 0xffff;
    const hundredths = Math.round(volts * 100);
    const run = Math.floor(seconds);
    return [CHARGE_ID, percentNow(), run & 0xff, run >> 8, hundredths & 0xff, hundredths >> 8];
  };
  const send = (bytes: readonly number[]): void => {
    if (faults.has('upsSilent')) return;
    const [id = 0, ...rest] = bytes;
    const shown = faults.has('upsForeignReports') ? [FOREIGN_ID, ...rest] : [id, ...rest];
    device.report(Uint8Array.from(faults.has('upsShortReports') ? shown.slice(0, 1) : shown));
  };
  let stop = (): void => undefined;
  const tell = (): void => {
    reports += 1;
    send(statusReport());
    send(chargeReport());
    stop = clock.after(REPORT_MS, tell);
  };
  stop = clock.after(0, tell);

  return {
    plant,
    inject: (fault) => {
      if (fault === 'upsFrozen') frozenPercent = percentNow();
      faults.add(fault);
      if (fault === 'upsUnplugged') options.cable.unplug();
    },
    clear: (fault) => {
      faults.delete(fault);
      if (fault === 'upsUnplugged') options.cable.plug();
    },
    stop: () => stop(),
  };
};
