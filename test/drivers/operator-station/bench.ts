/** A station under test: keypad and display emulated, on their links, under one virtual clock. */
import { type MemoryLink, makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { type MemoryReportLink, makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import { type EmulatedLcd, emulateLcd } from '#drivers/operator-station/emulated-lcd.ts';
import { type KeypadEmulator, makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { OperatorStation } from '#hal/operator-station.ts';

export type StationBench = {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly lcd: EmulatedLcd;
  readonly reports: MemoryReportLink;
  readonly keypad: KeypadEmulator;
  readonly station: OperatorStation;
};

export const playStation = <T>(scene: (bench: StationBench) => Promise<T>): Promise<T> => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(57_600));
  const lcd = emulateLcd();
  makePowerBoardEmulator(link.device, clock, { i2c: [lcd] });
  const { firmata } = makePowerBoard(link.host, clock);
  const reports = makeMemoryReportLink(clock, BOOT_KEYBOARD_DESCRIPTOR);
  const keypad = makeKeypadEmulator((report) => void reports.device.report(report));
  const display = makeLcdDisplay(firmata, clock);
  const station = makeOperatorStation({ keypad: reports.host, display, clock });
  return clock.run(scene({ clock, link, lcd, reports, keypad, station }));
};
