/**
 * The shipping drivers on boards that run the published StandardFirmata. Two ways to let time pass:
 * under a virtual clock, a millisecond of the chip at a time, the same every run; or over a
 * pseudo-terminal, where the chip's own cycles are the clock of everybody, so that a busy machine
 * makes the day longer and nothing late.
 */
import { type MemoryLink, makeMemoryLink, type WirePace } from '#drivers/links/memory-link.ts';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import {
  type DisplayBoardEmulator,
  makeDisplayBoardEmulator,
} from '#drivers/operator-station/emulated-display-board.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from '#drivers/operator-station/lcd-display.ts';
import { makePowerBoard, type PowerBoard } from '#drivers/power/driver.ts';
import type { EmulatedFirmata, World } from '#drivers/power/emulated-firmata.ts';
import { makePowerBoardEmulator, type PowerBoardEmulator } from '#drivers/power/emulator.ts';
import { openFirmataBoard } from '#drivers/power/firmata-board.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { OperatorStation } from '#hal/operator-station.ts';
import { type AvrBoard, makeAvrBoard } from './avr-board.ts';
import { readProgram } from './hex-file.ts';

const ELECTION_DAY = Date.parse('2026-11-22T07:00:00Z');
/** The chip paces its own serial line; the link adds next to nothing. */
const UNPACED: WirePace = { baud: 10_000_000, bitsPerByte: 10 };
const SLICE_MS = 1;

/** Keeps the board that `program` makes, so that time can be given to it. */
export const makeProgram = () => {
  let board: AvrBoard | null = null;
  return {
    program: (link: ByteLink, world: World): EmulatedFirmata => {
      board = makeAvrBoard(readProgram(), link, world);
      return board;
    },
    advance: (ms: number): void => board?.advance(ms),
  };
};

/** Advances a board with a virtual clock until it is told to stop. */
const live = (clock: VirtualClock, advance: (ms: number) => void): (() => void) => {
  let stop = (): void => undefined;
  const slice = (): void => {
    advance(SLICE_MS);
    stop = clock.after(SLICE_MS, slice);
  };
  slice();
  return () => stop();
};

export type AvrPowerRig = {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly emulator: PowerBoardEmulator;
  readonly board: PowerBoard;
};

/** Plays a scene on the power board, in virtual time. */
export const playPower = async (scene: (rig: AvrPowerRig) => Promise<void>): Promise<void> => {
  const clock = makeVirtualClock(ELECTION_DAY);
  const link = makeMemoryLink(clock, UNPACED);
  const { program, advance } = makeProgram();
  const emulator = makePowerBoardEmulator(link.device, clock, { program });
  const board = makePowerBoard(link.host, clock);
  const stop = live(clock, advance);
  await clock.run(scene({ clock, link, emulator, board }));
  board.close();
  stop();
};

export type AvrStationRig = {
  readonly clock: VirtualClock;
  readonly station: OperatorStation;
  readonly display: DisplayBoardEmulator;
};

/** Plays a scene on the operator's display board, in virtual time. */
export const playStation = async (scene: (rig: AvrStationRig) => Promise<void>): Promise<void> => {
  const clock = makeVirtualClock(ELECTION_DAY);
  const link = makeMemoryLink(clock, UNPACED);
  const { program, advance } = makeProgram();
  const display = makeDisplayBoardEmulator(link.device, clock, { program, cable: link });
  const firmata = openFirmataBoard(link.host, clock, { name: 'display', reports: false });
  const station = makeOperatorStation({
    keypad: makeMemoryReportLink(clock, BOOT_KEYBOARD_DESCRIPTOR).host,
    display: makeLcdDisplay(firmata, clock),
    clock,
  });
  const stop = live(clock, advance);
  await clock.run(scene({ clock, station, display }));
  firmata.close();
  stop();
};
