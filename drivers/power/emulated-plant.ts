/**
 * The electrical side of a unit: mains, two stabilizers with their relays, and a battery that takes
 * over when neither feeds. Charge is integrated over the clock, exactly, whenever somebody looks or
 * something changes; nothing ticks.
 *
 * Stabilizer: a servo regulator for 120 V, 60 Hz; between 85 and 150 V it holds 120 V, outside it
 * cuts off. Battery: one Li-ion cell group; its voltage follows the usual discharge curve.
 */
import type { Clock } from '#hal/clock.ts';

export type Side = 'a' | 'b';
export const SIDES = ['a', 'b'] as const;

/** Line voltages between which a stabilizer holds its output. */
const REGULATED_FROM_VOLTS = 85;
const REGULATED_TO_VOLTS = 150;
const NOMINAL_VOLTS = 120;

/** Constant-voltage phase: above this charge the charger tapers off. */
const TAPER_PERCENT = 80;

/** Open-circuit volts of a cell at 0, 10, … 100 %. */
const CELL_VOLTS = [3.0, 3.45, 3.58, 3.65, 3.7, 3.75, 3.82, 3.9, 3.98, 4.07, 4.18] as const;
/** What the load or the charger adds to it. */
const LOAD_DROP_VOLTS = 0.05;

/** Battery and load where a plant is given no others. */
export const PLANT_MODEL = { capacityWh: 150, loadW: 28 } as const;

export type PlantOptions = {
  readonly mainsVolts?: number;
  readonly capacityWh?: number;
  readonly loadW?: number;
  readonly chargeW?: number;
  readonly percent?: number;
};

export type BatteryState = {
  readonly percent: number;
  readonly volts: number;
  /** Positive while charging. */
  readonly percentPerHour: number;
};

export type PowerPlant = {
  setMains(volts: number): void;
  setLine(side: Side, volts: number): void;
  setFailed(side: Side, failed: boolean): void;
  /** The relay's contact: closed feeds the unit. */
  setRelay(side: Side, closed: boolean): void;
  setLoad(watts: number): void;
  setPercent(percent: number): void;
  line(side: Side): number;
  output(side: Side): number;
  relayClosed(side: Side): boolean;
  /** At least one stabilizer feeds the unit. */
  fed(): boolean;
  battery(): BatteryState;
  /** Neither fed nor any charge left: the unit is dark. */
  dead(): boolean;
};

const cellVolts = (percent: number): number => {
  const at = Math.min(Math.max(percent, 0), 100) / 10;
  const below = Math.min(Math.floor(at), 9);
  const low = CELL_VOLTS[below] ?? 3;
  const high = CELL_VOLTS[below + 1] ?? 4.2;
  return low + (high - low) * (at - below);
};

export const makePowerPlant = (clock: Clock, options: PlantOptions = {}): PowerPlant => {
  const capacityWh = options.capacityWh ?? PLANT_MODEL.capacityWh;
  const chargeW = options.chargeW ?? 40;
  let loadW = options.loadW ?? PLANT_MODEL.loadW;
  let percent = options.percent ?? 100;
  let countedMs = clock.nowMs();
  const mains = options.mainsVolts ?? NOMINAL_VOLTS;
  const sides = {
    a: { volts: mains, failed: false, closed: true },
    b: { volts: mains, failed: false, closed: true },
  };

  const output = (side: Side): number => {
    const { volts, failed } = sides[side];
    const regulated = volts >= REGULATED_FROM_VOLTS && volts <= REGULATED_TO_VOLTS;
    return !failed && regulated ? NOMINAL_VOLTS : 0;
  };
  const feeds = (side: Side): boolean => sides[side].closed && output(side) > 0;
  const fed = (): boolean => SIDES.some(feeds);
  /** Percent an hour, now. */
  const rate = (): number => {
    if (!fed()) return percent > 0 ? (-loadW / capacityWh) * 100 : 0;
    if (percent >= 100) return 0;
    const full = (chargeW / capacityWh) * 100;
    return percent < TAPER_PERCENT ? full : full / 2;
  };
  const count = (): void => {
    let hours = (clock.nowMs() - countedMs) / 3_600_000;
    countedMs = clock.nowMs();
    // At most three pieces: below the taper, above it, full.
    for (let piece = 0; piece < 3 && hours > 0; piece++) {
      const perHour = rate();
      if (perHour === 0) return;
      const edge = perHour < 0 ? 0 : percent < TAPER_PERCENT ? TAPER_PERCENT : 100;
      const spent = Math.min(hours, (edge - percent) / perHour);
      percent = spent < hours ? edge : percent + perHour * spent;
      hours -= spent;
    }
  };
  /** Charge up to now counts under the old conditions. */
  const change = (apply: () => void): void => {
    count();
    apply();
  };

  return {
    setMains: (volts) =>
      change(() => {
        for (const side of SIDES) sides[side].volts = volts;
      }),
    setLine: (side, volts) =>
      change(() => {
        sides[side].volts = volts;
      }),
    setFailed: (side, failed) =>
      change(() => {
        sides[side].failed = failed;
      }),
    setRelay: (side, closed) =>
      change(() => {
        sides[side].closed = closed;
      }),
    setLoad: (watts) =>
      change(() => {
        loadW = watts;
      }),
    setPercent: (next) =>
      change(() => {
        percent = next;
      }),
    line: (side) => sides[side].volts,
    output,
    relayClosed: (side) => sides[side].closed,
    fed,
    battery: () => {
      count();
      const percentPerHour = rate();
      const sag = Math.sign(percentPerHour) * LOAD_DROP_VOLTS;
      return { percent, volts: cellVolts(percent) + sag, percentPerHour };
    },
    dead: () => {
      count();
      return !fed() && percent <= 0;
    },
  };
};
