/**
 * The operator station against its contract in real time: the display's board at the far end of a paced
 * pseudo-terminal, the keypad behind a local socket, the driver on the links that ship.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, vi } from 'vitest';
import { whenPresent } from '#drivers/links/reopening.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { openSocketReportLink } from '#drivers/links/socket-report-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import { makeDisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import { makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { openFirmataBoard } from '#drivers/power/firmata-board.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { openReportSocket } from '#scripts/devices/report-socket.ts';
import { describeOperatorStation, type StationRig } from '#test/contracts/operator-station.ts';

const BAUD = 57_600;
/** What two busy cores may add to a limit. */
const SLACK_MS = 1_500;
const PRESENT_LIMIT_MS = 5_000;

const makeRig = async (plugged = true): Promise<StationRig> => {
  const pty = openPty({ baud: BAUD });
  if (!plugged) pty.unplug();
  const emulator = makeDisplayBoardEmulator(pty.link, systemClock, { cable: pty });
  const firmata = openFirmataBoard(openSerialLink(pty.path, BAUD, systemClock), systemClock, {
    name: 'display',
    reports: false,
  });
  const folder = mkdtempSync(join(tmpdir(), 'urna-station-'));
  const path = join(folder, 'keypad.sock');
  const socket = await openReportSocket(path, BOOT_KEYBOARD_DESCRIPTOR, systemClock);
  const keypad = makeKeypadEmulator((report) => void socket.device.report(report), {
    clock: systemClock,
    cable: socket,
  });
  const reports = openSocketReportLink(path, systemClock);
  await whenPresent(reports, systemClock, PRESENT_LIMIT_MS);
  const station = makeOperatorStation({
    keypad: reports,
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
      reports.close();
      socket.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

// Nearly all of it is waiting.
vi.setConfig({ maxConcurrency: 12 });

describe.concurrent('over a pseudo-terminal and a local socket', () => {
  describeOperatorStation('operator station, serial port and HID', makeRig);
});
