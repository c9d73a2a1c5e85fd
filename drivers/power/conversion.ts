/**
 * Between what the board's converter counts and volts, and between the fuel gauge's registers and a
 * battery reading. Pure, and clamped at the limits of the converter.
 */
import type { BatteryReading } from '#hal/battery.ts';

/** ATmega328P datasheet, 23: ten bits. */
export const ADC_LIMIT = 1023;

/** Volts RMS that drive the converter to its limit (sensor ratio 60:1 on a 5 V reference). */
export const FULL_SCALE_VOLTS = 300;

/** Volts RMS of a converter value; values outside 0 to 1023 are clamped. */
export const voltsOf = (raw: number): number =>
  (Math.min(Math.max(Math.round(raw), 0), ADC_LIMIT) * FULL_SCALE_VOLTS) / ADC_LIMIT;

/** Converter value of volts RMS, 0 to 1023. */
export const rawOf = (volts: number): number =>
  Math.min(Math.max(Math.round((volts * ADC_LIMIT) / FULL_SCALE_VOLTS), 0), ADC_LIMIT);

/** MAX17048 datasheet, "Register summary": first registers, each 16 bits, most significant first. */
export const GAUGE_REGISTER = { vcell: 0x02, soc: 0x04, crate: 0x16 } as const;

/** VCELL: 78.125 uV a bit. */
const VCELL_VOLTS = 78.125e-6;
/** SOC: 1/256 % a bit. */
const SOC_PERCENT = 1 / 256;
/** CRATE: 0.208 % an hour a bit, signed. */
const CRATE_PERCENT_PER_HOUR = 0.208;

/** Below this rate, % an hour, a battery counts as idle. */
export const IDLE_PERCENT_PER_HOUR = 1;

export type GaugeRegisters = {
  readonly vcell: number;
  readonly soc: number;
  /** As read: unsigned 16 bits. */
  readonly crate: number;
};

const word = (value: number): number => Math.min(Math.max(Math.round(value), 0), 0xffff);

/** What a gauge with these values shows in its registers. */
export const gaugeRegisters = (
  volts: number,
  percent: number,
  percentPerHour: number,
): GaugeRegisters => ({
  vcell: word(volts / VCELL_VOLTS),
  soc: word(percent / SOC_PERCENT),
  crate:
    Math.min(Math.max(Math.round(percentPerHour / CRATE_PERCENT_PER_HOUR), -0x8000), 0x7fff) &
    0xffff,
});

/** A lithium cell outside these volts is not one that a gauge could still tell of. */
const CELL_VOLTS = { least: 2, most: 4.6 } as const;
/** The gauge's own filter overshoots 100 % while charging, but never by this much. */
const MOST_PERCENT = 110;

/**
 * Rounded to a tenth of a percent and a hundredth of a volt: noise below that is no news. Null: what no
 * cell can be, for example a bus that reads all ones or all zeroes.
 */
export const batteryReading = (registers: GaugeRegisters): BatteryReading | null => {
  const volts = registers.vcell * VCELL_VOLTS;
  if (volts < CELL_VOLTS.least || volts > CELL_VOLTS.most) return null;
  if (registers.soc * SOC_PERCENT > MOST_PERCENT) return null;
  const signed = registers.crate >= 0x8000 ? registers.crate - 0x10000 : registers.crate;
  const percentPerHour = signed * CRATE_PERCENT_PER_HOUR;
  const percent = Math.min(registers.soc * SOC_PERCENT, 100);
  return {
    present: true,
    percent: Math.round(percent * 10) / 10,
    volts: Math.round(volts * 100) / 100,
    flow:
      percentPerHour > IDLE_PERCENT_PER_HOUR
        ? 'charging'
        : percentPerHour < -IDLE_PERCENT_PER_HOUR
          ? 'discharging'
          : 'idle',
  };
};

/** A bay without a battery: the gauge sits on the pack and does not answer either. */
export const NO_BATTERY: BatteryReading = {
  present: false,
  percent: 0,
  volts: 0,
  flow: 'idle',
};
