/** What chips and UPSs behind the power board say. */

import { batteryReading, gaugeRegisters } from '#drivers/power/conversion.ts';
import { UPS_DESCRIPTOR } from '#drivers/power/emulated-ups.ts';
import { bindPowerDevice, powerReading, takePowerReport } from '#drivers/power/hid-power.ts';
import { decodeTime, encodeTime, FIRST_MS, LAST_MS } from '#drivers/real-time-clock/protocol.ts';
import type { BatteryReading } from '#hal/battery.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const wordAt = (input: Uint8Array, at: number): number =>
  ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);

const batteryVerdict = (reading: BatteryReading | null, mostVolts: number): FuzzVerdict => {
  if (reading === null) return 'refused';
  const { percent, volts } = reading;
  if (!(percent >= 0 && percent <= 100)) return finding(`a charge of ${percent} %`);
  if (!(volts >= 0 && volts <= mostVolts)) return finding(`a battery of ${volts} V`);
  return 'accepted';
};

const CELL_VOLTS = 5;
const PACK_VOLTS = 60;

const runGauge = (input: Uint8Array): FuzzVerdict =>
  batteryVerdict(
    batteryReading({ vcell: wordAt(input, 0), soc: wordAt(input, 2), crate: wordAt(input, 4) }),
    CELL_VOLTS,
  );

const gaugeSeed = (volts: number, percent: number, rate: number): Uint8Array => {
  const { vcell, soc, crate } = gaugeRegisters(volts, percent, rate);
  return Uint8Array.from([vcell, soc, crate].flatMap((word) => [word >> 8, word & 0xff]));
};

const runTime = (input: Uint8Array): FuzzVerdict => {
  const instant = decodeTime([...input]);
  if (instant === null) return 'refused';
  if (instant < FIRST_MS || instant > LAST_MS) return finding(`an instant of ${instant}`);
  return decodeTime(encodeTime(instant) ?? []) === instant
    ? 'accepted'
    : finding('written again it is another');
};

/** A descriptor, opened by its length in two bytes, and a report after it. */
const runPowerDevice = (input: Uint8Array): FuzzVerdict => {
  const length = wordAt(input, 0);
  const bound = bindPowerDevice(input.subarray(2, 2 + length));
  if (!bound.ok) return 'refused';
  const values = takePowerReport(bound.value, input.subarray(2 + length));
  const reading = powerReading(bound.value, values);
  // One report need not tell the charge.
  if (reading === null) return values.size > 0 ? 'accepted' : 'refused';
  return batteryVerdict(reading, PACK_VOLTS);
};

const powerDeviceSeed = (report: readonly number[]): Uint8Array =>
  Uint8Array.of(
    UPS_DESCRIPTOR.length >> 8,
    UPS_DESCRIPTOR.length & 0xff,
    ...UPS_DESCRIPTOR,
    ...report,
  );

const instantSeed = (text: string): Uint8Array =>
  Uint8Array.from(encodeTime(Date.parse(text)) ?? []);

export const POWER_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'fuel-gauge',
    describes: "registers of the battery's fuel gauge",
    seeds: () => [gaugeSeed(3.7, 50, -10), gaugeSeed(4.2, 100, 0), gaugeSeed(3, 0, 30)],
    run: runGauge,
  },
  {
    name: 'clock-registers',
    describes: "time registers of the board's clock",
    seeds: () => [
      instantSeed('2000-01-01T00:00:00Z'),
      instantSeed('2028-02-29T23:59:59Z'),
      instantSeed('2100-03-01T12:00:00Z'),
      Uint8Array.of(0x45, 0x30, 0x61, 0x01, 0x22, 0x11, 0x26),
    ],
    run: runTime,
  },
  {
    name: 'power-device',
    describes: 'HID power devices: descriptor and report',
    seeds: () => [
      powerDeviceSeed([0x01, 0x0d]),
      powerDeviceSeed([0x02, 0x4b, 0x10, 0x0e, 0xd2, 0x04]),
    ],
    run: runPowerDevice,
  },
];
