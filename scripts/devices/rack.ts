/**
 * A rack of emulated devices in real time: everything that a unit's processes can be plugged into.
 * Serial devices stand behind pseudo-terminals, HID devices and headphones behind local sockets, memory
 * and tokens are folders, the screen is a file; a board file says where. The devices outlive the unit.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BoardFile, MediaPlaces, SerialWire } from '#drivers/board-file.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { EMULATED_MODULE, EMULATED_PARTS } from '#drivers/inventory/emulator.ts';
import { TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { PLANT_MODEL } from '#drivers/power/emulated-plant.ts';
import { makeScopedClock } from '#drivers/scoped-clock.ts';
import { DIGITIZER_DESCRIPTOR } from '#drivers/touchscreen/emulator.ts';
import type { Clock } from '#hal/clock.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { openByteSocket } from './byte-socket.ts';
import { type NetworkGate, openNetworkGate } from './network-gate.ts';
import { openPty, type Pty } from './pty.ts';
import { makeRackParts } from './rack-parts.ts';
import {
  type MediumOwner,
  makeRackCell,
  makeRackMedium,
  makeRackTokenSlot,
  type RackMedium,
} from './rack-storage.ts';
import { openReportSocket } from './report-socket.ts';
import { openSerialCable } from './serial-cable.ts';
import { LCD_COLUMNS, makeWiredDevices, type WiredOptions } from './wired-devices.ts';

const READER_BAUD = 57_600;
const FIRMATA_BAUD = 57_600;
const PRINTER_BAUD = 115_200;
const CONSOLE_BAUD = 115_200;
/** As drivers/emulated-board.ts: an 8 GB disk and a 64 GB module. */
const FIXED_BYTES = 8e9;
const REMOVABLE_BYTES = 64e9;

export type RackOptions = WiredOptions & {
  /** A folder for everything, made if needed. Memory that it holds already is kept. */
  readonly runDir: string;
  /** Who is at the other end of the unit's network, a port on loopback; as a rule nobody. */
  readonly receiver?: () => Promise<number | null>;
};

const openWires = async (dev: string, clock: Clock) => {
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(wire: T): T => {
    opened.push(wire);
    return wire;
  };
  const pty = (name: string, baud: number): Pty =>
    keep(openPty({ path: join(dev, name), baud, clock }));
  const hid = async (name: string, descriptor: Uint8Array) =>
    keep(await openReportSocket(join(dev, `${name}.sock`), descriptor, clock));
  try {
    return {
      reader: pty('reader', READER_BAUD),
      printer: pty('printer', PRINTER_BAUD),
      power: pty('power', FIRMATA_BAUD),
      display: pty('display', FIRMATA_BAUD),
      console: keep(
        openSerialCable({
          clock,
          baud: CONSOLE_BAUD,
          unitPath: join(dev, 'console-of-unit'),
          path: join(dev, 'console'),
        }),
      ),
      glass: await hid('glass', DIGITIZER_DESCRIPTOR),
      keypad: await hid('keypad', BOOT_KEYBOARD_DESCRIPTOR),
      voterKeypad: await hid('voter-keypad', TACTILE_KEYPAD_DESCRIPTOR),
      headphones: keep(await openByteSocket({ path: join(dev, 'headphones.sock') })),
    };
  } catch (error) {
    // Half a rack would keep the process alive.
    for (const wire of opened) wire.close();
    throw error;
  }
};
type RackWires = Awaited<ReturnType<typeof openWires>>;

const makeDevices = (wires: RackWires, options: RackOptions, runDir: string) => {
  const wired = makeWiredDevices(wires, options);
  const media = join(runDir, 'media');
  const parts = makeRackParts(join(runDir, 'sys'), EMULATED_PARTS);
  const module = makeRackMedium('removable', join(media, 'removable'), REMOVABLE_BYTES, () =>
    moduleCell.erase(),
  );
  const settleModule = (): void => {
    parts.unplug(EMULATED_MODULE);
    if (module.present()) parts.plug(EMULATED_MODULE);
  };
  /** Every change of the module is one of what is attached, too. */
  const withParts = (change: () => void) => (): void => {
    change();
    settleModule();
  };
  const removable: RackMedium = {
    ...module,
    pull: withParts(module.pull),
    putBack: withParts(module.putBack),
    replaceByFresh: withParts(module.replaceByFresh),
    replaceBy: (files, complete) => withParts(() => module.replaceBy(files, complete))(),
  };
  settleModule();
  // The module's cell goes where the module goes.
  const moduleCell = makeRackCell(() => {
    const { folder } = removable;
    return join(removable.present() ? folder : `${folder}.pulled`, 'cell');
  });
  const devices = {
    ...wired.devices,
    parts,
    tokens: makeRackTokenSlot(join(runDir, 'token')),
    fixed: makeRackMedium('fixed', join(media, 'fixed'), FIXED_BYTES),
    removable,
    boardCell: makeRackCell(() => join(runDir, 'cells', 'board')),
    moduleCell,
  };
  return { setPowered: wired.setPowered, devices };
};

export type RackDevices = ReturnType<typeof makeDevices>['devices'] & {
  readonly network: NetworkGate;
};

const boardFileOf = (
  wires: RackWires,
  devices: RackDevices,
  runDir: string,
  options: RackOptions,
) => {
  const panel = options.panel ?? DEFAULT_PANEL;
  const serial = (pty: Pty, baud: number): SerialWire => ({ kind: 'serial', port: pty.path, baud });
  const media = (owner: MediumOwner): MediaPlaces => ({
    fixed: { folder: join(devices.fixed.folder, owner), budgetBytes: FIXED_BYTES },
    removable: { folder: join(devices.removable.folder, owner), budgetBytes: REMOVABLE_BYTES },
  });
  const file = {
    unit: 'rack',
    console: { kind: 'serial', port: wires.console.unitPath, baud: CONSOLE_BAUD },
    supervisor: {
      powerBoard: serial(wires.power, FIRMATA_BAUD),
      ups: null,
      powerModel: PLANT_MODEL,
      inventory: { sysfs: devices.parts.folder },
      network: { sysfs: devices.parts.folder, interface: devices.network.interface },
      media: media('log'),
    },
    desk: {
      reader: { family: options.family ?? 'R503', wire: serial(wires.reader, READER_BAUD) },
      keypad: { kind: 'reportSocket', path: wires.keypad.path },
      display: { columns: LCD_COLUMNS, wire: serial(wires.display, FIRMATA_BAUD) },
      media: media('desk'),
    },
    booth: {
      panel,
      glass: { kind: 'reportSocket', path: wires.glass.path },
      frameBuffer: {
        path: join(runDir, 'frame-buffer'),
        geometry: { bitsPerPixel: 32, strideBytes: 4 * panel.widthPx },
      },
      printer: { model: '80mm-203dpi', wire: serial(wires.printer, PRINTER_BAUD) },
      voterKeypad: { kind: 'reportSocket', path: wires.voterKeypad.path },
      audio: { kind: 'socket', path: join(runDir, 'dev', 'headphones.sock') },
      tokens: { folder: devices.tokens.folder, mountPoint: false },
      media: media('booth'),
      cells: {
        board: { kind: 'file', path: devices.boardCell.path, offset: 0 },
        module: { kind: 'file', path: devices.moduleCell.path, offset: 0 },
      },
    },
  } as const satisfies BoardFile;
  return file;
};

export type Rack = {
  readonly devices: RackDevices;
  /** Path of the board file. */
  readonly boardFile: string;
  readonly panel: Panel;
  /** Where a technician's laptop is plugged in. */
  readonly console: string;
  /** The screen: packed pixels, 32 bits each (drivers/touchscreen/frame-buffer.ts). */
  readonly frameBuffer: string;
  /** The devices that live on the unit's supply go dark; a paper that hangs stays where it hangs. */
  cutPower(): void;
  powerOn(): void;
  close(): void;
};

/** Starts all devices; they are plugged in and have power when it resolves. */
export const startRack = async (asked: RackOptions): Promise<Rack> => {
  // What a board samples and a panel repeats ends with the rack.
  const scope = makeScopedClock(asked.clock);
  const options = { ...asked, clock: scope.clock };
  const runDir = resolve(options.runDir);
  const dev = join(runDir, 'dev');
  for (const folder of [dev, join(runDir, 'media'), join(runDir, 'cells')])
    mkdirSync(folder, { recursive: true });
  const wires = await openWires(dev, options.clock);
  const { devices: wired, setPowered } = makeDevices(wires, options, runDir);
  const closeWires = (): void => {
    for (const wire of Object.values(wires)) wire.close();
    scope.cancelAll();
  };
  const network = await openNetworkGate({
    sysfs: wired.parts.folder,
    port: 0,
    target: options.receiver ?? (() => Promise.resolve(null)),
  }).catch((error: unknown) => {
    closeWires();
    throw error;
  });
  const devices: RackDevices = { ...wired, network };
  const file = boardFileOf(wires, devices, runDir, options);
  const boardFile = join(runDir, 'board.json');
  writeFileSync(boardFile, `${JSON.stringify(file, null, 2)}\n`);
  return {
    devices,
    boardFile,
    panel: file.booth.panel,
    console: wires.console.path,
    frameBuffer: file.booth.frameBuffer.path,
    cutPower: () => {
      setPowered(false);
      network.goDark();
    },
    powerOn: () => setPowered(true),
    close: () => {
      network.close();
      closeWires();
    },
  };
};
