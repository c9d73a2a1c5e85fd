/**
 * The emulated devices of a unit at the ends of their wires, whatever these are: pseudo-terminals and local
 * sockets on a rack, the USB of a virtual machine. They outlive the unit, and go dark with its supply.
 */
import { makeHeadphonesEmulator } from '#drivers/audio/emulator.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { makeTactileKeypadEmulator } from '#drivers/keypad/emulator.ts';
import type { ReportDevice } from '#drivers/links/memory-report-link.ts';
import { makeDisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import { makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { makeTouchscreenEmulator } from '#drivers/touchscreen/emulator.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { Panel } from '#hal/touchscreen.ts';

export const LCD_COLUMNS = 20;

type Wire = { unplug(): void; plug(): void };
export type ByteWire = Wire & { readonly link: ByteLink };
export type ReportWire = Wire & { readonly device: ReportDevice };

export type DeviceWires = {
  readonly reader: ByteWire;
  /** `onFull`: a wire with a flow control of its own is told when the printer's buffer is full. */
  readonly printer: ByteWire & { readonly onFull?: (full: boolean) => void };
  readonly power: ByteWire;
  readonly display: ByteWire;
  readonly glass: ReportWire;
  readonly keypad: ReportWire;
  readonly voterKeypad: ReportWire;
  readonly headphones: ByteWire;
};

export type WiredOptions = {
  readonly clock: Clock;
  /** What devices draw their noise from; never the unit's stream. */
  readonly entropy: Entropy;
  readonly family?: ReaderFamily;
  readonly panel?: Panel;
};

/** A cable that is out for either of two reasons: somebody pulled it, or there is no power on it. */
const makeCable = (wire: { unplug(): void; plug(): void }) => {
  let pulled = false;
  let powered = true;
  const settle = (): void => {
    if (pulled || !powered) wire.unplug();
    else wire.plug();
  };
  return {
    unplug: () => {
      pulled = true;
      settle();
    },
    plug: () => {
      pulled = false;
      settle();
    },
    setPowered: (next: boolean) => {
      powered = next;
      settle();
    },
  };
};

export const makeWiredDevices = (wires: DeviceWires, options: WiredOptions) => {
  const { clock, entropy } = options;
  const cables = {
    reader: makeCable(wires.reader),
    display: makeCable(wires.display),
    glass: makeCable(wires.glass),
    keypad: makeCable(wires.keypad),
    voterKeypad: makeCable(wires.voterKeypad),
    headphones: makeCable(wires.headphones),
  };
  const displayBoard = makeDisplayBoardEmulator(wires.display.link, clock, {
    cable: cables.display,
    columns: LCD_COLUMNS,
  });
  const { onFull } = wires.printer;
  const devices = {
    reader: makeFingerprintEmulator(wires.reader.link, clock, {
      family: options.family ?? 'R503',
      entropy,
      cable: cables.reader,
    }),
    printer: makePrinterEmulator(wires.printer.link, clock, {
      cable: wires.printer,
      ...(onFull === undefined ? {} : { onFull }),
    }),
    power: makePowerBoardEmulator(wires.power.link, clock),
    displayBoard,
    lcd: displayBoard.lcd,
    glass: makeTouchscreenEmulator(wires.glass.device, clock, {
      panel: options.panel ?? DEFAULT_PANEL,
      entropy,
      cable: cables.glass,
    }),
    keypad: makeKeypadEmulator((report) => void wires.keypad.device.report(report), {
      clock,
      cable: cables.keypad,
    }),
    voterKeypad: makeTactileKeypadEmulator(wires.voterKeypad.device, clock, {
      entropy,
      cable: cables.voterKeypad,
    }),
    headphones: makeHeadphonesEmulator(wires.headphones.link, clock, { cable: cables.headphones }),
  };
  let powered = true;
  return {
    devices,
    /** With false those that live on the unit's supply go dark; a paper that hangs stays where it hangs. */
    setPowered: (next: boolean): void => {
      if (next === powered) return;
      powered = next;
      devices.printer.setFault('powerCut', !next);
      devices.power.setPowered(next);
      devices.displayBoard.setPowered(next);
      for (const cable of Object.values(cables)) cable.setPowered(next);
    },
  };
};

export type WiredDevices = ReturnType<typeof makeWiredDevices>['devices'];
