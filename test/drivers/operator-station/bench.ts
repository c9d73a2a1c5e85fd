/** A station under test: keypad and display board emulated, on their links, under one virtual clock. */
import { type MemoryLink, makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { type MemoryReportLink, makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import {
  type DisplayBoardEmulator,
  makeDisplayBoardEmulator,
} from '#drivers/operator-station/emulated-display-board.ts';
import type { EmulatedLcd } from '#drivers/operator-station/emulated-lcd.ts';
import { type KeypadEmulator, makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { openFirmataBoard } from '#drivers/power/firmata-board.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { OperatorStation } from '#hal/operator-station.ts';
import { done } from '#hal/result.ts';

export type StationBench = {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly board: DisplayBoardEmulator;
  readonly lcd: EmulatedLcd;
  readonly reports: MemoryReportLink;
  readonly keypad: KeypadEmulator;
  readonly station: OperatorStation;
  /** What the board says next is lost on the line. */
  loseReply(): void;
  close(): void;
};

/** What is plugged in when the station is made: the display's board, the keypad. */
export const makeStationBench = (plugged = true, withKeypad = true): StationBench => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(57_600));
  if (!plugged) link.unplug();
  let losing = false;
  const noisy: ByteLink = {
    ...link.device,
    write: (bytes) => {
      if (!losing) return link.device.write(bytes);
      losing = false;
      return Promise.resolve(done);
    },
  };
  const board = makeDisplayBoardEmulator(noisy, clock, { cable: link });
  const firmata = openFirmataBoard(link.host, clock, { name: 'display', reports: false });
  const reports = makeMemoryReportLink(clock, BOOT_KEYBOARD_DESCRIPTOR);
  if (!withKeypad) reports.unplug();
  const keypad = makeKeypadEmulator((report) => void reports.device.report(report), {
    clock,
    cable: reports,
  });
  const display = makeLcdDisplay(firmata, clock);
  const station = makeOperatorStation({ keypad: reports.host, display, clock });
  return {
    clock,
    link,
    board,
    lcd: board.lcd,
    reports,
    keypad,
    station,
    loseReply: () => {
      losing = true;
    },
    close: firmata.close,
  };
};

export const playStation = <T>(
  scene: (bench: StationBench) => Promise<T>,
  bench = makeStationBench(),
): Promise<T> => {
  return bench.clock.run(scene(bench));
};
