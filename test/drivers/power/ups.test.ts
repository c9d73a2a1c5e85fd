/** A HID UPS as the unit's battery, against the contract, over an in-memory report link. */
import { expect, test } from 'vitest';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeUpsEmulator, UPS_DESCRIPTOR } from '#drivers/power/emulated-ups.ts';
import { makeUpsBattery } from '#drivers/power/ups-driver.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { type BatteryRig, describeBattery } from '#test/contracts/battery.ts';
import { isUpsFault, UPS_BATTERY_FAULTS } from '#test/contracts/ups-faults.ts';
import { NOT_A_BATTERY } from '#test/vectors/hid-power.ts';

const makeRig = (plugged = true): BatteryRig => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, UPS_DESCRIPTOR);
  if (!plugged) link.unplug();
  const emulator = makeUpsEmulator(link.device, clock, { cable: link });
  return {
    clock,
    cable: link,
    slackMs: 1,
    battery: makeUpsBattery(link.host, clock),
    setPercent: emulator.plant.setPercent,
    setFed: (fed) => emulator.plant.setMains(fed ? 120 : 0),
    inject: (fault) => {
      if (isUpsFault(fault)) emulator.inject(fault);
    },
    clear: (fault) => {
      if (isUpsFault(fault)) emulator.clear(fault);
    },
    play: (scene) => clock.run(scene),
    close: emulator.stop,
  };
};

describeBattery('HID UPS, in-memory link', makeRig, UPS_BATTERY_FAULTS);

test.each(NOT_A_BATTERY)('$name in its place is broken', async ({ descriptor }) => {
  const clock = makeVirtualClock(0);
  const bytes = new Uint8Array(Buffer.from(descriptor, 'hex'));
  const link = makeMemoryReportLink(clock, bytes);
  const battery = makeUpsBattery(link.host, clock);
  expect(await clock.run(battery.read())).toMatchObject({ error: { kind: 'broken' } });
});
