/**
 * A HID UPS as the unit's battery against the contract in real time: the emulated device behind a local
 * socket, the driver on the report link that reopens by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, vi } from 'vitest';
import { openSocketReportLink } from '#drivers/links/socket-report-link.ts';
import { makeUpsEmulator, UPS_DESCRIPTOR } from '#drivers/power/emulated-ups.ts';
import { makeUpsBattery } from '#drivers/power/ups-driver.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { openReportSocket } from '#scripts/devices/report-socket.ts';
import { type BatteryRig, describeBattery } from '#test/contracts/battery.ts';
import { isUpsFault, UPS_BATTERY_FAULTS } from '#test/contracts/ups-faults.ts';

/** What two busy cores may add to a limit. */
const SLACK_MS = 1_500;

const makeSocketRig = async (plugged = true): Promise<BatteryRig> => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-ups-'));
  const socket = await openReportSocket(join(folder, 'ups'), UPS_DESCRIPTOR, systemClock);
  if (!plugged) socket.unplug();
  const emulator = makeUpsEmulator(socket.device, systemClock, { cable: socket });
  const link = openSocketReportLink(socket.path, systemClock);
  return {
    clock: systemClock,
    cable: socket,
    slackMs: SLACK_MS,
    battery: makeUpsBattery(link, systemClock),
    setPercent: emulator.plant.setPercent,
    setFed: (fed) => emulator.plant.setMains(fed ? 120 : 0),
    inject: (fault) => {
      if (isUpsFault(fault)) emulator.inject(fault);
    },
    clear: (fault) => {
      if (isUpsFault(fault)) emulator.clear(fault);
    },
    play: (scene) => scene,
    close: () => {
      link.close();
      emulator.stop();
      socket.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

// Nearly all of it is waiting.
vi.setConfig({ maxConcurrency: 20 });

describe.concurrent('over a local socket', () => {
  describeBattery('HID UPS, local socket', makeSocketRig, UPS_BATTERY_FAULTS);
});
