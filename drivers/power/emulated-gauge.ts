/**
 * The MAX17048 on the battery pack: registers of two bytes and a pointer that moves on as words are
 * read (datasheet, "I2C Bus System"). What it says can be made to differ from what the pack is.
 */
import { GAUGE_REGISTER, gaugeRegisters } from './conversion.ts';
import type { I2cDevice } from './emulated-i2c.ts';
import type { BatteryState } from './emulated-plant.ts';
import { I2C } from './pins.ts';

/** What goes wrong with the gauge, each by its name. */
export const GAUGE_FAULTS = {
  gaugeFrozen: 'the fuel gauge keeps saying what it said',
  gaugeLying: 'the fuel gauge says 95 % whatever is left',
  gaugeJumping: 'the fuel gauge jumps by 30 % between samples',
  gaugeGarbled: 'the fuel gauge reads all ones',
  batteryMissing: 'no battery in the bay',
} as const satisfies Record<string, string>;

export type GaugeFaultName = keyof typeof GAUGE_FAULTS;

const LIE_PERCENT = 95;
const JUMP_PERCENT = 30;

export const emulateFuelGauge = (
  battery: () => BatteryState,
  has: (fault: GaugeFaultName) => boolean,
): I2cDevice => {
  let pointer = 0;
  let samples = 0;
  let last = battery();
  const shownPercent = (): number => {
    if (has('gaugeFrozen')) return last.percent;
    const now = battery();
    if (has('gaugeLying')) return LIE_PERCENT;
    if (has('gaugeJumping')) {
      samples += 1;
      return Math.max(samples % 2 === 0 ? now.percent - JUMP_PERCENT : now.percent, 0);
    }
    last = now;
    return now.percent;
  };
  const wordAt = (register: number): number => {
    if (has('gaugeGarbled')) return 0xffff;
    const { volts, percentPerHour } = battery();
    switch (register) {
      case GAUGE_REGISTER.vcell:
        return gaugeRegisters(volts, 0, 0).vcell;
      case GAUGE_REGISTER.soc:
        return gaugeRegisters(0, shownPercent(), 0).soc;
      case GAUGE_REGISTER.crate:
        return gaugeRegisters(0, 0, has('gaugeFrozen') ? 0 : percentPerHour).crate;
      default:
        return 0;
    }
  };
  return {
    address: I2C.fuelGauge,
    present: () => !has('batteryMissing'),
    write: (bytes) => {
      pointer = bytes[0] ?? 0;
    },
    read: (count) => {
      const bytes: number[] = [];
      while (bytes.length < count) {
        const word = wordAt(pointer);
        bytes.push(word >> 8, word & 0xff);
        pointer = (pointer + 2) & 0xff;
      }
      return bytes.slice(0, count);
    },
  };
};
