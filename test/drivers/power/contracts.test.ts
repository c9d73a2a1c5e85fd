/** The power board's devices against their contracts, over in-memory links. */
import { describeBattery } from '#test/contracts/battery.ts';
import { POWER_BOARD_BATTERY_FAULTS } from '#test/contracts/battery-faults.ts';
import { describePowerStabilizer } from '#test/contracts/power-stabilizer.ts';
import { describeRealTimeClock } from '#test/contracts/real-time-clock.ts';
import { describeSwitchPanel } from '#test/contracts/switch-panel.ts';
import { batteryRigOf, makeMemoryPowerRig } from './contract-rig.ts';

const TITLE = 'power board, in-memory link';

describePowerStabilizer(TITLE, makeMemoryPowerRig);
describeSwitchPanel(TITLE, makeMemoryPowerRig);
describeBattery(
  TITLE,
  (plugged) => batteryRigOf(makeMemoryPowerRig(plugged)),
  POWER_BOARD_BATTERY_FAULTS,
);
describeRealTimeClock(TITLE, makeMemoryPowerRig);
