/**
 * The operator station against its contract in real time: the display's board at the far end of a paced
 * pseudo-terminal, the driver behind the serial port that ships. The keypad is on an in-memory link under
 * the system's clock.
 */
import { describe, vi } from 'vitest';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import { makeDisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import { makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { openFirmataBoard } from '#drivers/power/firmata-board.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { describeOperatorStation, type StationRig } from '#test/contracts/operator-station.ts';

const BAUD = 57_600;
/** What two busy cores may add to a limit. */
const SLACK_MS = 1_500;

const makePtyRig = (plugged = true): StationRig => {
  const pty = openPty({ baud: BAUD });
  if (!plugged) pty.unplug();
  const emulator = makeDisplayBoardEmulator(pty.link, systemClock, { cable: pty });
  const firmata = openFirmataBoard(openSerialLink(pty.path, BAUD, systemClock), systemClock, {
    name: 'display',
    reports: false,
  });
  const reports = makeMemoryReportLink(systemClock, BOOT_KEYBOARD_DESCRIPTOR);
  const keypad = makeKeypadEmulator((report) => void reports.device.report(report), {
    clock: systemClock,
    cable: reports,
  });
  const station = makeOperatorStation({
    keypad: reports.host,
    display: makeLcdDisplay(firmata, systemClock),
    clock: systemClock,
  });
  return {
    clock: systemClock,
    cable: pty,
    slackMs: SLACK_MS,
    station,
    keypad,
    display: emulator,
    play: (scene) => scene,
    close: () => {
      firmata.close();
      keypad.clear('keyStorm');
      emulator.clear('displayBoardRestarting');
      emulator.setPowered(false);
      pty.close();
    },
  };
};

// Nearly all of it is waiting.
vi.setConfig({ maxConcurrency: 12 });

describe.concurrent('over a pseudo-terminal', () => {
  describeOperatorStation('operator station, serial port', makePtyRig);
});
