/** A station under test: keypad and display emulated, on their links, under one virtual clock. */
import { type MemoryLink, makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import { type EmulatedLcd, emulateLcd } from '#drivers/operator-station/emulated-lcd.ts';
import { type KeypadEmulator, makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { OperatorStation } from '#hal/operator-station.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { done } from '#hal/result.ts';

/** Reports straight from a device to a host, and a cable to pull. */
export const makeReportPair = () => {
  const onReport = new Set<(report: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  let plugged = true;
  const set = (present: boolean): void => {
    plugged = present;
    for (const listener of onPresence) listener(present);
  };
  const host: ReportLink = {
    descriptor: () => BOOT_KEYBOARD_DESCRIPTOR,
    send: async () => done,
    onReport: (listener) => {
      onReport.add(listener);
      return () => onReport.delete(listener);
    },
    onPresence: (listener) => {
      onPresence.add(listener);
      return () => onPresence.delete(listener);
    },
    present: () => plugged,
    close: () => undefined,
  };
  return {
    host,
    deliver: (report: Uint8Array): void => {
      if (plugged) for (const listener of onReport) listener(report);
    },
    unplug: () => set(false),
    plug: () => set(true),
  };
};

export type StationBench = {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly lcd: EmulatedLcd;
  readonly reports: ReturnType<typeof makeReportPair>;
  readonly keypad: KeypadEmulator;
  readonly station: OperatorStation;
};

export const playStation = <T>(scene: (bench: StationBench) => Promise<T>): Promise<T> => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(57_600));
  const lcd = emulateLcd();
  makePowerBoardEmulator(link.device, clock, { i2c: [lcd] });
  const { firmata } = makePowerBoard(link.host, clock);
  const reports = makeReportPair();
  const keypad = makeKeypadEmulator(reports.deliver);
  const display = makeLcdDisplay(firmata, clock);
  const station = makeOperatorStation({ keypad: reports.host, display, clock });
  return clock.run(scene({ clock, link, lcd, reports, keypad, station }));
};
