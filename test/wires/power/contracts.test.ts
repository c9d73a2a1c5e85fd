/**
 * The power board's devices against their contracts in real time: the emulated board at the far end
 * of a paced pseudo-terminal, the driver behind the serial port that ships.
 */
import { describe, vi } from 'vitest';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { describeBattery } from '#test/contracts/battery.ts';
import { POWER_BOARD_BATTERY_FAULTS } from '#test/contracts/battery-faults.ts';
import type { PowerRig } from '#test/contracts/power-rig.ts';
import { describePowerStabilizer } from '#test/contracts/power-stabilizer.ts';
import { describeRealTimeClock } from '#test/contracts/real-time-clock.ts';
import { describeSwitchPanel } from '#test/contracts/switch-panel.ts';
import { batteryRigOf } from '#test/drivers/power/contract-rig.ts';

const BAUD = 57_600;
/** What two busy cores may add to a limit. */
const SLACK_MS = 1_500;

const makePtyRig = (plugged = true): PowerRig => {
  const pty = openPty({ baud: BAUD });
  if (!plugged) pty.unplug();
  const emulator = makePowerBoardEmulator(pty.link, systemClock);
  const board = makePowerBoard(openSerialLink(pty.path, BAUD, systemClock), systemClock);
  return {
    clock: systemClock,
    cable: pty,
    slackMs: SLACK_MS,
    board,
    emulator,
    play: (scene) => scene,
    close: () => {
      board.close();
      emulator.setPowered(false);
      pty.close();
    },
  };
};

// Nearly all of it is waiting.
vi.setConfig({ maxConcurrency: 24 });

const TITLE = 'power board, serial port';

describe.concurrent('over a pseudo-terminal', () => {
  describePowerStabilizer(TITLE, makePtyRig);
  describeSwitchPanel(TITLE, makePtyRig);
  describeBattery(
    TITLE,
    (plugged) => batteryRigOf(makePtyRig(plugged)),
    POWER_BOARD_BATTERY_FAULTS,
  );
  describeRealTimeClock(TITLE, makePtyRig);
});
