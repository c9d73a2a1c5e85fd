/** The battery behind the power board: a MAX17048 fuel gauge that the board reads at each sample. */
import type { Battery, BatteryReading } from '#hal/battery.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { batteryReading, GAUGE_REGISTER, NO_BATTERY } from './conversion.ts';
import { makeFeed } from './feed.ts';
import type { FirmataBoard } from './firmata-board.ts';
import { I2C } from './pins.ts';
import { REPORT_LIMIT_MS, readFeed } from './read-feed.ts';

export const sameBattery = (a: BatteryReading, b: BatteryReading): boolean =>
  a.present === b.present &&
  a.percent === b.percent &&
  a.volts === b.volts &&
  a.flow === b.flow &&
  a.warns === b.warns;

const GARBLED: Fault = {
  device: 'battery',
  kind: 'garbled',
  detail: 'the fuel gauge says what no cell can be',
};

export const makeFuelGauge = (firmata: FirmataBoard, clock: Clock): Battery => {
  const feed = makeFeed<BatteryReading>(
    clock,
    (before, after) => !sameBattery(before, after),
    REPORT_LIMIT_MS,
  );
  let crate = 0;
  let garbled = false;
  const wordAt = (bytes: readonly number[], at: number): number =>
    ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const take = (bytes: readonly number[]): void => {
    const reading =
      bytes.length === 4
        ? batteryReading({ vcell: wordAt(bytes, 0), soc: wordAt(bytes, 2), crate })
        : NO_BATTERY;
    garbled = reading === null;
    if (reading === null) feed.clear();
    else feed.put(reading);
  };
  firmata.onReady(() => {
    const board = firmata.board();
    board.i2cConfig({ address: I2C.fuelGauge });
    board.i2cRead(I2C.fuelGauge, GAUGE_REGISTER.crate, 2, (bytes) => {
      if (bytes.length === 2) crate = wordAt(bytes, 0);
    });
    // VCELL and SOC stand side by side: one read of four bytes is one moment.
    board.i2cRead(I2C.fuelGauge, GAUGE_REGISTER.vcell, 4, take);
    // The board reads them at its next sample, a second from now: the first time at once.
    board.io.i2cReadOnce(I2C.fuelGauge, GAUGE_REGISTER.crate, 2, () => undefined);
    board.io.i2cReadOnce(I2C.fuelGauge, GAUGE_REGISTER.vcell, 4, () => undefined);
  });
  firmata.expect(() => garbled || feed.isFresh());
  firmata.onLost(() => {
    garbled = false;
    feed.clear();
  });
  return {
    read: () => readFeed(firmata, 'battery', feed, () => (garbled ? GARBLED : null)),
    onChange: feed.onChange,
  };
};
