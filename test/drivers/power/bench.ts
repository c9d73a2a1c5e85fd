/** A power board under test: driver and emulated board on a paced link, under one virtual clock. */
import { type MemoryLink, makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makePowerBoard, type PowerBoard } from '#drivers/power/driver.ts';
import {
  makePowerBoardEmulator,
  type PowerBoardEmulator,
  type PowerBoardOptions,
} from '#drivers/power/emulator.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';

export type PowerBench = {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly emulator: PowerBoardEmulator;
  readonly board: PowerBoard;
};

export const makePowerBench = (options: PowerBoardOptions = {}, plugged = true): PowerBench => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(57_600));
  if (!plugged) link.unplug();
  const emulator = makePowerBoardEmulator(link.device, clock, options);
  return { clock, link, emulator, board: makePowerBoard(link.host, clock) };
};

/** Runs `scene` to its end in virtual time. */
export const play = <T>(
  scene: (bench: PowerBench) => Promise<T>,
  options: PowerBoardOptions = {},
  plugged = true,
): Promise<T> => {
  const bench = makePowerBench(options, plugged);
  return bench.clock.run(scene(bench));
};
