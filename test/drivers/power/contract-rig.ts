/** The power board on a paced in-memory link under a virtual clock, for the contract suites. */
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import type { BatteryRig } from '#test/contracts/battery.ts';
import type { PowerRig } from '#test/contracts/power-rig.ts';
import { makePowerBench } from './bench.ts';

export const makeMemoryPowerRig = (plugged = true): PowerRig => {
  const { clock, link, emulator, board } = makePowerBench({}, plugged);
  return {
    clock,
    cable: link,
    slackMs: 1,
    board,
    emulator,
    play: (scene) => clock.run(scene),
    close: board.close,
  };
};

const isPowerFault = (name: string): name is PowerFaultName => name in POWER_FAULTS;

const SIDES = ['a', 'b'] as const;

/** A battery rig out of a power board's. */
export const batteryRigOf = (rig: PowerRig): BatteryRig => ({
  ...rig,
  battery: rig.board.battery,
  setPercent: rig.emulator.plant.setPercent,
  setFed: (fed) => {
    for (const side of SIDES) rig.emulator.plant.setLine(side, fed ? 120 : 0);
  },
  inject: (fault) => {
    if (isPowerFault(fault)) rig.emulator.inject(fault);
  },
  clear: (fault) => {
    if (isPowerFault(fault)) rig.emulator.clear(fault);
  },
});
