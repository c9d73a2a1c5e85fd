/**
 * How much charge is left, with a fuel gauge that may lie: each reading is held against the cell's
 * voltage, the reading before and the load. A gauge in doubt is replaced by an estimate that errs
 * on the safe side, from time and load, until it has been consistent for a while. Pure.
 */
import type { BatteryReading, BatteryWarning } from '#hal/battery.ts';

/** What the unit's battery and load are; a unit's own come from its configuration. */
export type ChargeSettings = {
  readonly capacityWh: number;
  /** Load on battery, watts: screen lit, reader on, printing now and then. */
  readonly loadW: number;
};

export const DEFAULT_CHARGE_SETTINGS: ChargeSettings = { capacityWh: 150, loadW: 28 };

/** `unheard`: nothing is wrong, it has not spoken since the start. */
export type GaugeDoubt = 'unheard' | 'missing' | 'jumped' | 'frozen' | 'lying';

export type Charge = {
  /** Percent left, 0 to 100: the gauge's while it is trusted, otherwise the estimate. */
  readonly percent: number;
  /** Why the gauge is not believed; null: it is. */
  readonly doubt: GaugeDoubt | null;
  /** The gauge's last word, believed or not (null: none since it was lost), and the time since. */
  readonly gauge: number | null;
  readonly sinceGaugeMs: number;
  /** While on battery: the gauge's word when counting began, and the time since. */
  readonly anchor: { readonly percent: number; readonly sinceMs: number } | null;
  /** It has spoken at least once since the start. */
  readonly heard: boolean;
  /** What the battery's device warned of with its last word; it stands while the device is away. */
  readonly warns: BatteryWarning | null;
  /** How long a doubted gauge has been consistent. */
  readonly consistentMs: number;
};

/** Without any gauge a battery is taken to be half full. */
const UNKNOWN_PERCENT = 50;

/** Nothing drains or fills the battery faster than this, % an hour. */
const FASTEST_PERCENT_PER_HOUR = 60;
/** And no honest gauge corrects itself by more than this at once. */
const JUMP_PERCENT = 5;

/** A gauge is frozen when it shows less than a quarter of the drop that time and load make certain. */
const FROZEN_FROM_PERCENT = 3;
const FROZEN_SHARE = 1 / 4;

/** On battery charge does not rise; noise may. */
const RISE_PERCENT = 3;

/** The estimate drains faster and fills slower than the real battery. */
const DRAIN_SAFETY = 1.25;
const FILL_PERCENT_PER_HOUR = 10;

/** A doubted gauge is believed again after this long without contradiction. */
export const PROBATION_MS = 15 * 60_000;

/** The observed rate counts after this long on battery. */
const RATE_FROM_MS = 10 * 60_000;

/**
 * More charge than this cannot be left at a cell voltage (under load, Li-ion, with a wide margin): a
 * gauge above it lies.
 */
const MOST_PERCENT_AT_VOLTS = [
  { below: 3.1, percent: 10 },
  { below: 3.3, percent: 25 },
  { below: 3.5, percent: 45 },
  { below: 3.6, percent: 60 },
  { below: 3.65, percent: 75 },
] as const;

/** A battery whose device warns lasts no longer than this, minutes: what it tells of its charge is not believed. */
export const WARNED_MINUTES = { low: 45, critical: 0 } as const satisfies Record<
  BatteryWarning,
  number
>;

const HOUR_MS = 3_600_000;

export const INITIAL_CHARGE: Charge = {
  percent: UNKNOWN_PERCENT,
  doubt: 'unheard',
  gauge: null,
  sinceGaugeMs: 0,
  anchor: null,
  heard: false,
  warns: null,
  consistentMs: 0,
};

const clampPercent = (percent: number): number => Math.min(Math.max(percent, 0), 100);

/** Percent an hour that the load takes. */
export const loadRate = (settings: ChargeSettings): number =>
  (settings.loadW / settings.capacityWh) * 100;

/** Time passes; a gauge that is believed is followed in between, so that none of it counts twice. */
export const passTime = (
  charge: Charge,
  elapsedMs: number,
  onBattery: boolean,
  settings: ChargeSettings,
): Charge => {
  const hours = elapsedMs / HOUR_MS;
  const sinceGaugeMs = charge.sinceGaugeMs + elapsedMs;
  const anchor =
    onBattery && charge.anchor !== null
      ? { percent: charge.anchor.percent, sinceMs: charge.anchor.sinceMs + elapsedMs }
      : null;
  const onProbation = charge.doubt !== null && charge.gauge !== null;
  const consistentMs = onProbation ? charge.consistentMs + elapsedMs : 0;
  const drift = onBattery ? -loadRate(settings) * DRAIN_SAFETY : FILL_PERCENT_PER_HOUR;
  const percent =
    charge.doubt === null ? charge.percent : clampPercent(charge.percent + drift * hours);
  return { ...charge, percent, sinceGaugeMs, anchor, consistentMs };
};

/** 0 V: the gauge does not tell them. The volts of a pack of several cells rule nothing out. */
const mostAt = (volts: number): number =>
  volts === 0 ? 100 : (MOST_PERCENT_AT_VOLTS.find(({ below }) => volts < below)?.percent ?? 100);

/** The first contradiction between a reading and what is known; null: none. */
const contradiction = (
  charge: Charge,
  reading: BatteryReading,
  onBattery: boolean,
  settings: ChargeSettings,
): GaugeDoubt | null => {
  const { gauge, anchor } = charge;
  if (reading.percent > mostAt(reading.volts)) return 'lying';
  if (gauge !== null) {
    const possible = (FASTEST_PERCENT_PER_HOUR * charge.sinceGaugeMs) / HOUR_MS;
    if (Math.abs(reading.percent - gauge) > JUMP_PERCENT + possible) return 'jumped';
  }
  if (!onBattery || anchor === null) return null;
  if (reading.percent > anchor.percent + RISE_PERCENT) return 'lying';
  const expected = (loadRate(settings) * anchor.sinceMs) / HOUR_MS;
  const dropped = anchor.percent - reading.percent;
  return expected >= FROZEN_FROM_PERCENT && dropped < expected * FROZEN_SHARE ? 'frozen' : null;
};

/** What is left at least, when the gauge is no longer believed: never more than its voltage allows. */
const safePercent = (charge: Charge, volts: number, settings: ChargeSettings): number => {
  const { anchor, percent, doubt } = charge;
  const drained =
    doubt === null && anchor !== null
      ? anchor.percent - (loadRate(settings) * DRAIN_SAFETY * anchor.sinceMs) / HOUR_MS
      : percent;
  return clampPercent(Math.min(percent, drained, mostAt(volts)));
};

/** A reading of the gauge. */
export const takeReading = (
  charge: Charge,
  reading: BatteryReading,
  onBattery: boolean,
  settings: ChargeSettings,
): Charge => {
  if (!reading.present) return loseGauge(charge);
  const anchor = onBattery ? (charge.anchor ?? { percent: reading.percent, sinceMs: 0 }) : null;
  const next: Charge = {
    ...charge,
    gauge: reading.percent,
    sinceGaugeMs: 0,
    anchor,
    heard: true,
    warns: reading.warns ?? null,
  };
  const doubt = contradiction(charge, reading, onBattery, settings);
  if (doubt !== null) {
    const percent = safePercent(charge, reading.volts, settings);
    return { ...next, doubt, percent, consistentMs: 0 };
  }
  const returned = charge.doubt === 'missing' && charge.gauge === null;
  const agrees = Math.abs(reading.percent - charge.percent) <= JUMP_PERCENT;
  // The first word of all has nothing to be held against; one after an absence has the estimate.
  const believed = charge.doubt === null || !charge.heard || (returned && agrees);
  if (believed) return { ...next, doubt: null, percent: reading.percent, consistentMs: 0 };
  if (charge.consistentMs < PROBATION_MS)
    return { ...next, percent: Math.min(charge.percent, mostAt(reading.volts)) };
  const percent = onBattery ? Math.min(charge.percent, reading.percent) : reading.percent;
  return { ...next, doubt: null, percent, consistentMs: 0 };
};

/** No battery in its bay, or no word from its gauge. */
export const loseGauge = (charge: Charge): Charge => ({
  ...charge,
  doubt: 'missing',
  gauge: null,
  anchor: null,
  consistentMs: 0,
});

/** Whole minutes on battery at the load, or at the observed rate when that is worse; never more than a warning leaves. */
export const minutesOf = (charge: Charge, settings: ChargeSettings): number => {
  const { anchor, gauge, doubt } = charge;
  const observed =
    doubt === null && anchor !== null && gauge !== null && anchor.sinceMs >= RATE_FROM_MS
      ? ((anchor.percent - gauge) * HOUR_MS) / anchor.sinceMs
      : 0;
  const rate = Math.max(loadRate(settings), observed);
  const minutes = Math.floor((charge.percent / rate) * 60);
  return charge.warns === null ? minutes : Math.min(minutes, WARNED_MINUTES[charge.warns]);
};

/** Null when it is sound. */
export const chargeProblem = (charge: Charge): string | null => {
  if (!(charge.percent >= 0 && charge.percent <= 100)) return `charge of ${charge.percent} %`;
  if (!(charge.sinceGaugeMs >= 0)) return 'time since the gauge runs backwards';
  if (charge.doubt === null && charge.gauge === null) return 'a gauge that said nothing is trusted';
  return null;
};
