/**
 * The door to johnny-five: the parts of it that the drivers use, typed, and loaded only when a
 * board is configured (it takes a few hundred milliseconds and nothing else needs it). It is a
 * CommonJS package and is loaded synchronously on purpose: under a virtual clock no turn of the
 * event loop may pass while a device is being made.
 */
import { createRequire, Module } from 'node:module';
import type { FirmataTransport } from './transport.ts';

type Listener = (...values: never[]) => void;

/** The firmata.js instance behind a board (`board.io`). */
export type FirmataIo = {
  readonly pins: readonly { readonly supportedModes: readonly number[] }[];
  /** What the next write of a digital port will send, a byte a port. */
  readonly ports: number[];
  readonly analogPins: readonly number[];
  readonly MODES: { readonly INPUT: number; readonly OUTPUT: number; readonly PULLUP: number };
  readonly reportVersionTimeoutId: NodeJS.Timeout;
  readonly isReady: boolean;
  reportVersion(callback: () => void): void;
  queryFirmware(callback: () => void): void;
  setSamplingInterval(intervalMs: number): void;
  removeAllListeners(event: string): void;
  on(event: string, listener: Listener): void;
  i2cReadOnce(address: number, count: number, callback: (bytes: readonly number[]) => void): void;
  i2cReadOnce(
    address: number,
    register: number,
    count: number,
    callback: (bytes: readonly number[]) => void,
  ): void;
};

/** A `five.Board`. */
export type FiveBoard = {
  readonly io: FirmataIo;
  readonly timer: NodeJS.Timeout | null;
  readonly isReady: boolean;
  on(event: 'ready' | 'close' | 'error', listener: () => void): void;
  pinMode(pin: number, mode: number): void;
  digitalWrite(pin: number, level: 0 | 1): void;
  analogRead(channel: number, callback: (raw: number) => void): void;
  digitalRead(pin: number, callback: (level: number) => void): void;
  i2cConfig(options: { readonly address: number }): void;
  i2cRead(
    address: number,
    register: number,
    count: number,
    callback: (bytes: readonly number[]) => void,
  ): void;
  i2cWrite(address: number, bytes: readonly number[]): void;
};

/** A `five.Relay`. */
export type FiveRelay = { open(): void; close(): void };
/** A `five.Led`; also drives a buzzer or any other plain output. */
export type FiveLed = { on(): void; off(): void };

/** A `five.LCD` on a PCF8574 backpack. */
export type FiveLcd = {
  readonly REGISTER: { readonly DATA: number; readonly COMMAND: number };
  /** Puts one nibble on the expander and pulses the enable line; replaceable. */
  pulse: (data: number) => void;
  command(mode: number, value: number): void;
  setCursor(column: number, row: number): void;
  backlight(level?: number): void;
};

export type JohnnyFive = {
  readonly Board: new (options: {
    readonly port: FirmataTransport;
    readonly repl: false;
    readonly debug: false;
    readonly sigint: false;
  }) => FiveBoard;
  readonly Relay: new (options: {
    readonly pin: number;
    readonly type: 'NO' | 'NC';
    readonly board: FiveBoard;
  }) => FiveRelay;
  readonly Led: new (options: { readonly pin: number; readonly board: FiveBoard }) => FiveLed;
  readonly LCD: new (options: {
    readonly controller: 'PCF8574';
    readonly address: number;
    readonly rows: number;
    readonly cols: number;
    readonly board: FiveBoard;
  }) => FiveLcd;
};

const require = createRequire(import.meta.url);

const part = <Name extends keyof JohnnyFive>(path: string): JohnnyFive[Name] =>
  require(`johnny-five/lib/${path}`) as JohnnyFive[Name];

/** In the place of what a board never makes. */
class LeftOut {
  constructor() {
    throw new Error('a board makes no such thing');
  }
}

/**
 * What johnny-five and firmata.js ask for when they are loaded and no board here has any use of, with what stands in
 * its place: a prompt, which a board is told not to have (`repl: false`) and which takes Node's whole command line
 * along; ports, which come to it opened; colours of a terminal.
 */
const OF_BOARD = {
  'johnny-five/lib/repl': LeftOut,
  serialport: LeftOut,
  chalk: { grey: String },
} as const;
/** A display has one colour. */
const OF_DISPLAY = { 'johnny-five/lib/led/rgb': LeftOut } as const;

/** While `load` runs, what is left out and was not loaded before has another in its place. */
const loadWithout = <T>(leftOut: Readonly<Record<string, object>>, load: () => T): T => {
  const places = Object.entries(leftOut)
    .map(([name, exports]) => [require.resolve(name), exports] as const)
    .filter(([path]) => require.cache[path] === undefined);
  for (const [path, exports] of places) {
    const place = new Module(path);
    place.exports = exports;
    place.loaded = true;
    require.cache[path] = place;
  }
  try {
    return load();
  } finally {
    for (const [path] of places) delete require.cache[path];
  }
};

/**
 * johnny-five itself, each part when it is first asked for: its index loads three dozen devices which no unit has,
 * and takes half as long again. The package cache makes every call after the first free.
 */
export const loadJohnnyFive = (): JohnnyFive => {
  const Board = loadWithout(OF_BOARD, () => {
    // Otherwise the first board that is made loads it.
    createRequire(require.resolve('johnny-five'))('firmata');
    return part<'Board'>('board');
  });
  return {
    Board,
    get Relay() {
      return part<'Relay'>('relay');
    },
    get Led() {
      return part<'Led'>('led/led');
    },
    get LCD() {
      return loadWithout(OF_DISPLAY, () => part<'LCD'>('lcd'));
    },
  };
};
