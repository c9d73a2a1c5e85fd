/**
 * The operator station's display as a device: a Firmata board of its own whose I2C bus carries the
 * two-line display and nothing else. Board of the desk alone, so that desk and supervisor need not
 * share a cable.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import {
  type EmulatedFirmata,
  emulateFirmata,
  type FirmataRevision,
  type World,
} from '../power/emulated-firmata.ts';
import { type EmulatedLcd, emulateLcd } from './emulated-lcd.ts';
import type { DisplayFaultName } from './emulator.ts';

const RESTART_MS = 5_000;

export type DisplayBoardEmulator = {
  readonly lcd: EmulatedLcd;
  /** A hung board: it neither hears nor answers until it is reset or loses its power. */
  setSilent(silent: boolean): void;
  /** The reset button: pins and bus are let go, the display keeps what it shows. */
  reset(): void;
  /** The supply of board and display; both start anew when it comes back. */
  setPowered(powered: boolean): void;
  inject(fault: DisplayFaultName): void;
  clear(fault: DisplayFaultName): void;
};

export type DisplayBoardOptions = {
  /** The cable, so that `displayBoardUnplugged` can pull it; without one the board loses its power. */
  readonly cable?: { unplug(): void; plug(): void };
  readonly columns?: number;
  readonly revision?: FirmataRevision;
  /** What runs on the board instead of the emulated program. */
  readonly program?: (link: ByteLink, world: World) => EmulatedFirmata;
};

/** `link`: the device's end. */
export const makeDisplayBoardEmulator = (
  link: ByteLink,
  clock: Clock,
  options: DisplayBoardOptions = {},
): DisplayBoardEmulator => {
  const lcd = emulateLcd(options.columns);
  const world: World = {
    analog: () => 0,
    grounded: () => false,
    onOutput: () => undefined,
    i2c: [lcd],
  };
  const board: EmulatedFirmata =
    options.program?.(link, world) ?? emulateFirmata(link, clock, world, options.revision);
  const setPowered = (powered: boolean): void => {
    if (powered) lcd.plug();
    else lcd.unplug();
    board.setPowered(powered);
  };
  let stopRestarting = (): void => undefined;
  const restart = (): void => {
    board.reset();
    stopRestarting = clock.after(RESTART_MS, restart);
  };
  const apply = (fault: DisplayFaultName, on: boolean): void => {
    switch (fault) {
      case 'displayUnplugged':
        if (on) lcd.unplug();
        else lcd.plug();
        return;
      case 'displayBoardUnplugged':
        // The display has its power through the same cable.
        setPowered(!on);
        if (on) options.cable?.unplug();
        else options.cable?.plug();
        return;
      case 'displayBoardSilent':
        board.setSilent(on);
        return;
      case 'displayBoardRestarting':
        stopRestarting();
        if (on) restart();
        return;
    }
  };
  return {
    lcd,
    setSilent: board.setSilent,
    reset: board.reset,
    setPowered,
    inject: (fault) => apply(fault, true),
    clear: (fault) => apply(fault, false),
  };
};
