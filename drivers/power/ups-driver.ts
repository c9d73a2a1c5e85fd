/**
 * The battery of a UPS that speaks HID: bound by usage, whatever its make. It has to send its input
 * reports by itself, at least every 2.5 s, as such devices do on their interrupt endpoint; nothing is
 * asked of it, so one that hangs cannot hold anybody up.
 */
import type { Battery, BatteryReading } from '#hal/battery.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { makeFeed } from './feed.ts';
import { START_LIMIT_MS } from './firmata-board.ts';
import { sameBattery } from './fuel-gauge.ts';
import {
  bindPowerDevice,
  type PowerBinding,
  type PowerValues,
  powerReading,
  takePowerReport,
} from './hid-power.ts';
import { REPORT_LIMIT_MS } from './read-feed.ts';

const fault = (kind: Fault['kind'], detail: string): Fault => ({ device: 'battery', kind, detail });

export const makeUpsBattery = (link: ReportLink, clock: Clock): Battery => {
  const feed = makeFeed<BatteryReading>(
    clock,
    (before, after) => !sameBattery(before, after),
    REPORT_LIMIT_MS,
  );
  const openedMs = clock.nowMs();
  let binding: Result<PowerBinding, string> | null = null;
  let values: PowerValues = new Map();
  let garbled = false;
  let heard = false;

  const forget = (): void => {
    binding = null;
    values = new Map();
    garbled = false;
    feed.clear();
  };
  const bind = (): Result<PowerBinding, string> => {
    binding ??= bindPowerDevice(link.descriptor());
    return binding;
  };
  const take = (report: Uint8Array): void => {
    const bound = bind();
    if (!bound.ok) return;
    const news = takePowerReport(bound.value, report);
    if (news.size === 0) return;
    values = new Map([...values, ...news]);
    // A charge that was never told, or no longer is, is not made young by other reports.
    if (!news.has('remainingCapacity') && !feed.isFresh()) return;
    const reading = powerReading(bound.value, values);
    garbled = reading === null;
    heard = true;
    if (reading === null) feed.clear();
    else feed.put(reading);
  };
  link.onReport(take);
  link.onPresence(forget);

  /** Waits for a first report while the link is being opened and the device starts. */
  const settled = async (): Promise<void> => {
    const leftMs = Math.ceil(openedMs + START_LIMIT_MS - clock.nowMs());
    if (!heard && leftMs > 0) await feed.newest(leftMs);
  };
  const faultNow = (): Fault | null => {
    if (!link.present()) return fault('absent', 'the UPS is unplugged');
    const bound = bind();
    if (!bound.ok) return fault('broken', bound.error);
    return garbled ? fault('garbled', 'the UPS says what no battery can be') : null;
  };

  return {
    read: async () => {
      await settled();
      const before = faultNow();
      if (before !== null) return err(before);
      const reading = await feed.newest(REPORT_LIMIT_MS);
      const after = faultNow();
      if (after !== null) return err(after);
      return reading === null ? err(fault('timeout', 'no report from the UPS')) : ok(reading);
    },
    onChange: feed.onChange,
  };
};
