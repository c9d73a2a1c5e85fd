/**
 * A whole unit of emulated devices, joined to the drivers that ship by in-memory links under one
 * clock. The devices outlive the machine: `powerOn` makes the drivers of one boot, `powerOff` ends
 * them, and what the media and cells hold stays. For benches, scripts and tests alone.
 */
import type { Board } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { makeHeadphonesEmulator } from './audio/emulator.ts';
import { makeLinkAudio } from './audio/link-audio.ts';
import { makeFingerprintReader } from './fingerprint/driver.ts';
import { makeFingerprintEmulator } from './fingerprint/emulator.ts';
import type { ReaderFamily } from './fingerprint/protocol.ts';
import { makeEmulatedInventory } from './inventory/emulator.ts';
import { makeTactileKeypad } from './keypad/driver.ts';
import { makeTactileKeypadEmulator, TACTILE_KEYPAD_DESCRIPTOR } from './keypad/emulator.ts';
import { makeMemoryLink, serialPace, type WirePace } from './links/memory-link.ts';
import { makeMemoryReportLink } from './links/memory-report-link.ts';
import { makeNetworkEmulator } from './network/emulator.ts';
import { makeOperatorStation } from './operator-station/driver.ts';
import { makeDisplayBoardEmulator } from './operator-station/emulated-display-board.ts';
import { makeKeypadEmulator } from './operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from './operator-station/hid-keyboard.ts';
import { makeLcdDisplay } from './operator-station/lcd-display.ts';
import { makePowerBoard } from './power/driver.ts';
import { makePowerBoardEmulator } from './power/emulator.ts';
import { openFirmataBoard } from './power/firmata-board.ts';
import { makeReceiptPrinter } from './printer/driver.ts';
import { makePrinterEmulator } from './printer/emulator.ts';
import { type CellOperation, makeEmulatedCell } from './storage/emulator-cell.ts';
import type { Choice } from './storage/emulator-disk.ts';
import {
  MEDIUM_PACES,
  type MediumOperation,
  type MediumPace,
  makeEmulatedMedium,
} from './storage/emulator-medium.ts';
import { makeEmulatedTokenSlot } from './storage/emulator-token.ts';
import { makeTouchscreen } from './touchscreen/driver.ts';
import { DIGITIZER_DESCRIPTOR, makeTouchscreenEmulator } from './touchscreen/emulator.ts';

export const DEFAULT_PANEL: Panel = {
  widthPx: 1280,
  heightPx: 800,
  widthMm: 216.96,
  heightMm: 135.6,
};

const READER_PACE = serialPace(57_600);
/** The power board and the operator's display board. */
const FIRMATA_PACE = serialPace(57_600);
const PRINTER_PACE = serialPace(115_200);
/** Desk and booth, booth and voice are joined by local sockets. */
const SOCKET_PACE: WirePace = { baud: 100_000_000, bitsPerByte: 8 };
/** The media's budgets: an 8 GB disk and a 64 GB module. */
const FIXED_BYTES = 8e9;
const REMOVABLE_BYTES = 64e9;

export type EmulatedBoardOptions = {
  readonly clock: Clock;
  /** What the unit draws its keys from. */
  readonly entropy: Entropy;
  /** What devices draw their noise from; never the unit's stream. */
  readonly noise: Entropy;
  readonly family?: ReaderFamily;
  readonly panel?: Panel;
  readonly fixedPace?: MediumPace;
  readonly removablePace?: MediumPace;
  /** False: files stand in for the secure cells. */
  readonly cellsOverwriteInPlace?: boolean;
  /** Called when a write of a medium or a cell took effect, before its caller learns of it: the place to cut the power. */
  readonly afterOperation?: (operation: StorageOperation) => void;
  /** Every byte that is ever written to a medium; the path begins with the folder of the process. */
  readonly onWrite?: (path: string, bytes: Uint8Array) => void;
  /** What crosses between desk and booth, as it arrives. */
  readonly onCrossing?: (to: 'desk' | 'booth', bytes: Uint8Array) => void;
};

export type StorageOperation = MediumOperation | CellOperation;

/** The wires and the devices at their far ends. */
const makeDevices = (options: EmulatedBoardOptions) => {
  const { clock, noise } = options;
  const panel = options.panel ?? DEFAULT_PANEL;
  const observed = options.onWrite === undefined ? {} : { onWrite: options.onWrite };
  const wires = {
    reader: makeMemoryLink(clock, READER_PACE),
    printer: makeMemoryLink(clock, PRINTER_PACE),
    power: makeMemoryLink(clock, FIRMATA_PACE),
    /** The operator station's display board. */
    display: makeMemoryLink(clock, FIRMATA_PACE),
    glass: makeMemoryReportLink(clock, DIGITIZER_DESCRIPTOR),
    keypad: makeMemoryReportLink(clock, BOOT_KEYBOARD_DESCRIPTOR),
    voterKeypad: makeMemoryReportLink(clock, TACTILE_KEYPAD_DESCRIPTOR),
    headphones: makeMemoryLink(clock, SOCKET_PACE),
  };
  const displayBoard = makeDisplayBoardEmulator(wires.display.device, clock, {
    cable: wires.display,
  });
  const overwritesInPlace = options.cellsOverwriteInPlace ?? true;
  const afterOperation = (operation: StorageOperation): void => options.afterOperation?.(operation);
  const inventory = makeEmulatedInventory(clock);
  const devices = {
    reader: makeFingerprintEmulator(wires.reader.device, clock, {
      family: options.family ?? 'R503',
      entropy: noise,
      cable: wires.reader,
    }),
    printer: makePrinterEmulator(wires.printer.device, clock, { cable: wires.printer }),
    power: makePowerBoardEmulator(wires.power.device, clock),
    displayBoard,
    lcd: displayBoard.lcd,
    glass: makeTouchscreenEmulator(wires.glass.device, clock, {
      panel,
      entropy: noise,
      cable: wires.glass,
    }),
    keypad: makeKeypadEmulator((report) => void wires.keypad.device.report(report), {
      clock,
      cable: wires.keypad,
    }),
    voterKeypad: makeTactileKeypadEmulator(wires.voterKeypad.device, clock, {
      entropy: noise,
      cable: wires.voterKeypad,
    }),
    headphones: makeHeadphonesEmulator(wires.headphones.device, clock, {
      cable: wires.headphones,
    }),
    tokens: makeEmulatedTokenSlot(clock),
    inventory,
    network: makeNetworkEmulator(clock, (up) =>
      inventory.setNetworks([{ name: 'eth0', up, carrier: up }]),
    ),
    fixed: makeEmulatedMedium({
      name: 'fixed',
      clock,
      pace: options.fixedPace ?? MEDIUM_PACES.embeddedFlash,
      budgetBytes: FIXED_BYTES,
      ...observed,
      afterOperation,
    }),
    removable: makeEmulatedMedium({
      name: 'removable',
      clock,
      pace: options.removablePace ?? MEDIUM_PACES.memoryModule,
      budgetBytes: REMOVABLE_BYTES,
      ...observed,
      afterOperation,
    }),
    boardCell: makeEmulatedCell({ name: 'board', clock, overwritesInPlace, afterOperation }),
    moduleCell: makeEmulatedCell({ name: 'module', clock, overwritesInPlace, afterOperation }),
  };
  return { wires, devices, panel };
};

export type EmulatedDevices = ReturnType<typeof makeDevices>['devices'];
export type EmulatedWires = ReturnType<typeof makeDevices>['wires'];

export type EmulatedBoard = {
  readonly devices: EmulatedDevices;
  readonly wires: EmulatedWires;
  /** Makes the drivers of one boot. The ones of an earlier boot are dead from now on. */
  powerOn(): Board;
  /** Switched off in good order: what was written stays, synced or not. */
  powerOff(): void;
  /**
   * The power goes: unsynced content of media and cells is left as `choice` decides, printer, reader
   * and power board are dark until `powerOn`, and a paper that was not cut stays where it hangs. `tear`:
   * a sector may be left new up to a byte and old after it.
   */
  cutPower(choice: Choice, tear?: boolean): void;
};

export const makeEmulatedBoard = (options: EmulatedBoardOptions): EmulatedBoard => {
  const { clock, entropy, onCrossing } = options;
  const { wires, devices, panel } = makeDevices(options);
  const processLink = () => makeMemoryLink(clock, SOCKET_PACE);

  const mediaOf = (folder: string) => ({
    fixed: devices.fixed.connect(folder),
    removable: devices.removable.connect(folder),
  });

  let on = true;
  let closeBoards = (): void => undefined;
  /** The unit goes dark: no driver hears or says anything any more, the power board neither. */
  const goDark = (): void => {
    closeBoards();
    for (const wire of Object.values(wires)) wire.host.close();
    devices.power.setPowered(false);
    devices.displayBoard.setPowered(false);
    devices.network.goDark();
    on = false;
  };
  /** Devices that lost their power with the unit. */
  let dark = false;
  const darken = (): void => {
    dark = true;
    devices.printer.setFault('powerCut', true);
    devices.reader.fail('unplugged');
  };
  const light = (): void => {
    if (!dark) return;
    dark = false;
    devices.printer.setFault('powerCut', false);
    devices.reader.heal();
  };

  return {
    devices,
    wires,
    powerOn: () => {
      light();
      const link = processLink();
      link.host.onBytes((bytes) => onCrossing?.('desk', bytes));
      link.device.onBytes((bytes) => onCrossing?.('booth', bytes));
      if (!on) {
        devices.power.setPowered(true);
        devices.displayBoard.setPowered(true);
      }
      on = true;
      const power = makePowerBoard(wires.power.renewHost(), clock);
      const display = openFirmataBoard(wires.display.renewHost(), clock, {
        name: 'display',
        reports: false,
      });
      closeBoards = () => {
        power.close();
        display.close();
      };
      return {
        desk: {
          clock,
          entropy,
          reader: makeFingerprintReader(wires.reader.renewHost(), clock),
          station: makeOperatorStation({
            keypad: wires.keypad.renewHost(),
            display: makeLcdDisplay(display, clock),
            clock,
          }),
          media: mediaOf('desk'),
          toBooth: link.host,
        },
        booth: {
          clock,
          entropy,
          touchscreen: makeTouchscreen({
            reports: wires.glass.renewHost(),
            display: devices.glass.display,
            panel,
            clock,
          }),
          keypad: makeTactileKeypad({ reports: wires.voterKeypad.renewHost(), clock }),
          audio: makeLinkAudio(wires.headphones.renewHost(), clock),
          printer: makeReceiptPrinter(wires.printer.renewHost(), clock),
          tokens: devices.tokens,
          media: mediaOf('booth'),
          cells: { board: devices.boardCell.connect(), module: devices.moduleCell.connect() },
          toDesk: link.device,
        },
        supervisor: {
          clock,
          entropy,
          panel: power.panel,
          stabilizers: power.stabilizers,
          battery: power.battery,
          realTimeClock: power.realTimeClock,
          inventory: devices.inventory,
          network: devices.network.switch,
          media: mediaOf('log'),
        },
      };
    },
    powerOff: () => {
      devices.fixed.endProcesses();
      devices.removable.endProcesses();
      devices.boardCell.endProcesses();
      devices.moduleCell.endProcesses();
      goDark();
    },
    cutPower: (choice, tear = false) => {
      devices.fixed.cutPower(choice, tear);
      devices.removable.cutPower(choice, tear);
      devices.boardCell.cutPower(choice);
      devices.moduleCell.cutPower(choice);
      goDark();
      darken();
    },
  };
};
