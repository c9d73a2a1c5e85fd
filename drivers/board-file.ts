/**
 * The board file: which device of a unit is on which port, and what data sheets and rulers say of it.
 * One file serves all processes; each opens only its own part (physical-board.ts). Pure: text in, all
 * problems or the file out.
 */

import type { PowerModel } from '#hal/board.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Panel } from '#hal/touchscreen.ts';
import type { AudioPlace } from './audio/open-audio.ts';
import { type Fields, type Problem, readFields } from './board-file-fields.ts';
import { FAMILIES, type ReaderFamily } from './fingerprint/protocol.ts';
import type { HidPin, UsbPin } from './links/usb-pins.ts';
import { PRINTER_MODELS, type PrinterModelName } from './printer/profiles.ts';

export type { Problem } from './board-file-fields.ts';

/** A serial port, by its path or by the USB adapter it belongs to. */
export type SerialWire = {
  readonly kind: 'serial';
  readonly port: string | UsbPin;
  readonly baud: number;
};

export type PrinterWire =
  | SerialWire
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'usbPrinter'; readonly pin: UsbPin };

export type HidWire =
  | { readonly kind: 'hid'; readonly pin: HidPin }
  /** A device that another process emulates. */
  | { readonly kind: 'reportSocket'; readonly path: string };

/** A process' own folder on a medium, and what it may fill there. */
export type MediumPlace = { readonly folder: string; readonly budgetBytes: number };
export type MediaPlaces = { readonly fixed: MediumPlace; readonly removable: MediumPlace };

export type CellPlace =
  | {
      /** `fram`: the at24 driver's file in sysfs. `file`: the stand-in of a bench. */
      readonly kind: 'fram' | 'file';
      readonly path: string;
      readonly offset: number;
    }
  | {
      /** An NV index of a TPM 2.0. */
      readonly kind: 'tpm';
      /** For example `/dev/tpmrm0`. */
      readonly path: string;
      readonly nvIndex: number;
      /** What the part's data sheet says (drivers/tpm/cell.ts). */
      readonly overwritesInPlace: boolean;
      readonly ratedWrites: number;
    };

export type FrameBufferPlace = {
  readonly path: string;
  /** The kernel's folder for it, or what that would say. */
  readonly geometry:
    | { readonly sysfs: string }
    | { readonly bitsPerPixel: number; readonly strideBytes: number };
};

/** An interface as the kernel names it, and the root of the tree that switches it. */
export type NetworkPlace = { readonly sysfs: string; readonly interface: string };

export type WatchdogPlace = {
  /** For example `/dev/watchdog0`. */
  readonly path: string;
  /** The kernel's folder for it. */
  readonly sysfs: string;
};

export type BoardFile = {
  readonly unit: string;
  /** The serial line of the field console; null: a unit without one. */
  readonly console: SerialWire | null;
  readonly supervisor: {
    readonly powerBoard: SerialWire;
    /** A UPS that speaks HID; null: the gauge on the power board tells of the battery. */
    readonly ups: HidWire | null;
    /** As measured on a unit of this kind. */
    readonly powerModel?: PowerModel;
    /** Root of the tree that tells what is attached. */
    readonly inventory: { readonly sysfs: string };
    /** The interface that results go out by; left out: a unit without network. */
    readonly network?: NetworkPlace;
    /** Resets the unit when nobody feeds it; left out: a unit without one. */
    readonly watchdog?: WatchdogPlace;
    readonly media: MediaPlaces;
  };
  readonly desk: {
    readonly reader: { readonly family: ReaderFamily; readonly wire: SerialWire };
    readonly keypad: HidWire;
    readonly display: { readonly columns: number; readonly wire: SerialWire };
    readonly media: MediaPlaces;
  };
  readonly booth: {
    readonly panel: Panel;
    readonly glass: HidWire;
    readonly frameBuffer: FrameBufferPlace;
    readonly printer: { readonly model: PrinterModelName; readonly wire: PrinterWire };
    /** Null: a unit without one. */
    readonly voterKeypad: HidWire | null;
    readonly audio: AudioPlace;
    /** `mountPoint`: with nothing mounted on the folder no token is in. */
    readonly tokens: { readonly folder: string; readonly mountPoint: boolean };
    readonly media: MediaPlaces;
    readonly cells: { readonly board: CellPlace; readonly module: CellPlace };
  };
};

/** Longer files are none of ours. */
const MAX_CHARACTERS = 65_536;
const MAX_BAUD = 4_000_000;
const MAX_PIXELS = 8_192;
const MAX_MILLIMETRES = 2_000;
const MAX_CAPACITY_WH = 10_000;
const MAX_LOAD_W = 1_000;
const MAX_BUDGET_BYTES = 1e13;
const MAX_CELL_OFFSET = 65_536;
/** Indexes that the TCG leaves to the owner ("Registry of Reserved TPM 2.0 Handles and Localities"). */
const FIRST_NV_INDEX = 0x01800000;
const LAST_NV_INDEX = 0x01bfffff;
const MAX_RATED_WRITES = 1e12;

const USB_ID = /^[0-9a-f]{4}$/;
const USB_PATH = /^\d+-\d+(\.\d+)*$/;
const USAGE = /^[0-9a-f]{2,4}:[0-9a-f]{2,4}$/;
const SERIAL_NUMBER = /^[\x21-\x7e][\x20-\x7e]{0,125}$/;
const PROGRAM = /^[\w./-]{1,200}$/;
const MAX_ARGUMENTS = 16;
const UNIT = /^[\w.-]{1,40}$/;
/** IFNAMSIZ of Linux is 16, with the byte that ends it (netdevice(7)). */
const INTERFACE = /^[a-z][a-z0-9._-]{0,14}$/;
const HOST = /^[\w.:-]{1,253}$/;

const given = <T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };

const usbPin = (fields: Fields): UsbPin => {
  const id = 'four hexadecimal digits, lower case,';
  const pin: UsbPin = given({
    vendor: fields.optionalText('vendor', USB_ID, id),
    product: fields.optionalText('product', USB_ID, id),
    serial: fields.optionalText('serial', SERIAL_NUMBER, 'a serial number'),
    usbPath: fields.optionalText('usbPath', USB_PATH, 'bus and ports, such as 1-1.4,'),
  });
  return pin;
};

/** A pin that names nothing fits everything. */
const needsSomething = <T extends object>(fields: Fields, pin: T): T => {
  if (Object.keys(pin).length === 0)
    fields.problem('', 'at least one of vendor, product, serial, usbPath, usage is needed');
  return pin;
};

const hidPin = (fields: Fields): HidPin =>
  needsSomething(fields, {
    ...usbPin(fields),
    ...given({ usage: fields.optionalText('usage', USAGE, 'page and usage, such as 0d:04,') }),
  });

const serial = (fields: Fields): SerialWire => ({
  kind: 'serial',
  port: fields.isText('port')
    ? fields.filePath('port')
    : fields.object('port', (pin) => needsSomething(pin, usbPin(pin))),
  baud: fields.whole('baud', 300, MAX_BAUD),
});

const serialWire = (fields: Fields): SerialWire => {
  fields.choice('kind', ['serial']);
  return serial(fields);
};

const printerWire = (fields: Fields): PrinterWire => {
  const kind = fields.choice('kind', ['serial', 'tcp', 'usbPrinter']);
  switch (kind) {
    case 'serial':
      return serial(fields);
    case 'tcp':
      return {
        kind,
        host: fields.text('host', HOST, 'a host name or address'),
        port: fields.whole('port', 1, 65_535),
      };
    case 'usbPrinter':
      return { kind, pin: fields.object('pin', (pin) => needsSomething(pin, usbPin(pin))) };
  }
};

const hidWire = (fields: Fields): HidWire => {
  const kind = fields.choice('kind', ['hid', 'reportSocket']);
  switch (kind) {
    case 'hid':
      return { kind, pin: fields.object('pin', hidPin) };
    case 'reportSocket':
      return { kind, path: fields.filePath('path') };
  }
};

const medium = (fields: Fields): MediumPlace => ({
  folder: fields.filePath('folder'),
  budgetBytes: fields.whole('budgetBytes', 1, MAX_BUDGET_BYTES),
});

const media = (fields: Fields): MediaPlaces => ({
  fixed: fields.object('fixed', medium),
  removable: fields.object('removable', medium),
});

const cell = (fields: Fields): CellPlace => {
  const kind = fields.choice('kind', ['fram', 'file', 'tpm']);
  if (kind === 'tpm')
    return {
      kind,
      path: fields.filePath('path', '/dev/'),
      nvIndex: fields.whole('nvIndex', FIRST_NV_INDEX, LAST_NV_INDEX),
      overwritesInPlace: fields.flag('overwritesInPlace'),
      ratedWrites: fields.whole('ratedWrites', 1, MAX_RATED_WRITES),
    };
  return {
    kind,
    path: fields.filePath('path', kind === 'fram' ? '/sys/' : '/'),
    offset: fields.whole('offset', 0, MAX_CELL_OFFSET),
  };
};

const panel = (fields: Fields): Panel => ({
  widthPx: fields.whole('widthPx', 1, MAX_PIXELS),
  heightPx: fields.whole('heightPx', 1, MAX_PIXELS),
  widthMm: fields.number('widthMm', 1, MAX_MILLIMETRES),
  heightMm: fields.number('heightMm', 1, MAX_MILLIMETRES),
});

const frameBuffer = (fields: Fields): FrameBufferPlace => ({
  path: fields.filePath('path'),
  geometry: fields.object('geometry', (geometry) =>
    geometry.has('sysfs')
      ? { sysfs: geometry.filePath('sysfs') }
      : {
          bitsPerPixel: geometry.whole('bitsPerPixel', 16, 32),
          strideBytes: geometry.whole('strideBytes', 1, 4 * MAX_PIXELS),
        },
  ),
});

const audio = (fields: Fields): AudioPlace => {
  const kind = fields.choice('kind', ['espeak', 'socket', 'none']);
  switch (kind) {
    case 'espeak':
      return {
        kind,
        ...given({
          program: fields.optionalText('program', PROGRAM, 'a name or path of a program'),
          player: fields.optionalTexts('player', MAX_ARGUMENTS),
        }),
      };
    case 'socket':
      return { kind, path: fields.filePath('path') };
    case 'none':
      return { kind };
  }
};

const namesOf = <T extends string>(table: Readonly<Record<T, unknown>>): readonly [T, ...T[]] =>
  Object.keys(table) as [T, ...T[]];

const powerModel = (fields: Fields): PowerModel => ({
  capacityWh: fields.number('capacityWh', 1, MAX_CAPACITY_WH),
  loadW: fields.number('loadW', 1, MAX_LOAD_W),
});

const watchdog = (fields: Fields): WatchdogPlace => ({
  path: fields.filePath('path', '/dev'),
  sysfs: fields.filePath('sysfs', '/sys'),
});

const network = (fields: Fields): NetworkPlace => ({
  sysfs: fields.filePath('sysfs'),
  interface: fields.text('interface', INTERFACE, 'the name of an interface, such as eth0,'),
});

const board = (fields: Fields): BoardFile => ({
  unit: fields.text('unit', UNIT, 'a name of letters, digits, ".", "_" and "-"'),
  console: fields.optional('console', serialWire),
  supervisor: fields.object('supervisor', (part) => ({
    powerBoard: part.object('powerBoard', serialWire),
    ups: part.optional('ups', hidWire),
    ...given({ powerModel: part.ifGiven('powerModel', powerModel) }),
    inventory: part.object('inventory', (inventory) => ({ sysfs: inventory.filePath('sysfs') })),
    ...given({ network: part.ifGiven('network', network) }),
    ...given({ watchdog: part.ifGiven('watchdog', watchdog) }),
    media: part.object('media', media),
  })),
  desk: fields.object('desk', (part) => ({
    reader: part.object('reader', (reader) => ({
      family: reader.choice('family', namesOf(FAMILIES)),
      wire: reader.object('wire', serialWire),
    })),
    keypad: part.object('keypad', hidWire),
    display: part.object('display', (display) => ({
      columns: display.whole('columns', 16, 40),
      wire: display.object('wire', serialWire),
    })),
    media: part.object('media', media),
  })),
  booth: fields.object('booth', (part) => ({
    panel: part.object('panel', panel),
    glass: part.object('glass', hidWire),
    frameBuffer: part.object('frameBuffer', frameBuffer),
    printer: part.object('printer', (printer) => ({
      model: printer.choice('model', namesOf(PRINTER_MODELS)),
      wire: printer.object('wire', printerWire),
    })),
    voterKeypad: part.optional('voterKeypad', hidWire),
    audio: part.object('audio', audio),
    tokens: part.object('tokens', (tokens) => ({
      folder: tokens.filePath('folder'),
      mountPoint: tokens.flag('mountPoint'),
    })),
    media: part.object('media', media),
    cells: part.object('cells', (cells) => ({
      board: cells.object('board', cell),
      module: cells.object('module', cell),
    })),
  })),
});

/** Reads a board file. Error: every problem it has, each with its path. */
export const readBoardFile = (text: string): Result<BoardFile, readonly Problem[]> => {
  const wrong = (message: string): Result<never, readonly Problem[]> =>
    err([{ path: '', message }]);
  if (text.length > MAX_CHARACTERS) return wrong(`longer than ${MAX_CHARACTERS} characters`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return wrong(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const problems: Problem[] = [];
  const file = readFields(json, '', problems, board);
  return problems.length === 0 ? ok(file) : err(problems);
};
