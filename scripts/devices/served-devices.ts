/**
 * Emulated devices one by one, each behind its own cable for any program: what `urna device` serves. A
 * device is a path to open, faults to switch on and off, and what a person's hand can do to it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADPHONES_FAULTS, makeHeadphonesEmulator } from '#drivers/audio/emulator.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { FINGERPRINT_FAULTS, makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import {
  makeTactileKeypadEmulator,
  TACTILE_KEYPAD_DESCRIPTOR,
  TACTILE_KEYPAD_FAULTS,
} from '#drivers/keypad/emulator.ts';
import { makeDisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import {
  DISPLAY_FAULTS,
  KEYPAD_FAULTS,
  makeKeypadEmulator,
} from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makePowerBoardEmulator, POWER_FAULTS } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator/faults.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { REAL_TIME_CLOCK_FAULTS } from '#drivers/real-time-clock/emulator.ts';
import {
  DIGITIZER_DESCRIPTOR,
  makeTouchscreenEmulator,
  TOUCHSCREEN_FAULTS,
} from '#drivers/touchscreen/emulator.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { StationKey } from '#hal/operator-station.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import { openByteSocket } from './byte-socket.ts';
import { openPty } from './pty.ts';
import { openReportSocket } from './report-socket.ts';

export type ServeOptions = {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly family: ReaderFamily;
  /** The printer at this TCP port instead of a pseudo-terminal; 0: any. */
  readonly port: number | null;
  /** What the device shows to people: paper, lines of a display. */
  readonly show: (text: string) => void;
};

/** Something a hand does, by its word; answers what was wrong with the words after it, or null. */
export type DeviceAction = {
  readonly usage: string;
  readonly act: (words: readonly string[]) => string | null;
};

export type ServedDevice = {
  /** What to open: a serial port's path, a local socket's, or `tcp://host:port`. */
  readonly path: string;
  setFault(name: string, on: boolean): void;
  readonly actions: Readonly<Record<string, DeviceAction>>;
  close(): void;
};

export type DeviceKind = {
  readonly summary: string;
  readonly faults: readonly string[];
  readonly serve: (options: ServeOptions) => Promise<ServedDevice>;
};

const READER_BAUD = 57_600;
const FIRMATA_BAUD = 57_600;
const PRINTER_BAUD = 115_200;
const LOOPBACK = '127.0.0.1';
const STATION_KEYS: Readonly<Record<string, StationKey>> = { ok: 'enter', c: 'clear' };

/** For emulators that have one fault at a time. */
const oneAtATime = <T extends string>(
  names: readonly T[],
  device: { fail(fault: T): void; heal(): void },
): ((name: string, on: boolean) => void) => {
  let current: T | null = null;
  return (name, on) => {
    const fault = names.find((each) => each === name);
    if (fault === undefined) return;
    if (on) device.fail(fault);
    else if (current === fault) device.heal();
    current = on ? fault : current === fault ? null : current;
  };
};

const injected = <T extends string>(
  table: Readonly<Record<T, string>>,
  device: { inject(fault: T): void; clear(fault: T): void },
): ((name: string, on: boolean) => void) => {
  const isFault = (name: string): name is T => Object.hasOwn(table, name);
  return (name, on) => {
    if (!isFault(name)) return;
    if (on) device.inject(name);
    else device.clear(name);
  };
};

/** A folder for sockets, removed at the end. */
const socketFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-device-'));
  return {
    at: (name: string): string => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const numberOf = (word: string | undefined): number | null =>
  word !== undefined && /^\d{1,6}(\.\d{1,3})?$/.test(word) ? Number(word) : null;

const servePrinter = async (options: ServeOptions): Promise<ServedDevice> => {
  const { clock, port, show } = options;
  const open = async () => {
    if (port === null) {
      const pty = openPty({ clock, baud: PRINTER_BAUD });
      return { ...pty, path: pty.path };
    }
    const socket = await openByteSocket({ host: LOOPBACK, port });
    return { ...socket, path: `tcp://${LOOPBACK}:${socket.port}` };
  };
  const wire = await open();
  const printer = makePrinterEmulator(wire.link, clock, { cable: wire });
  printer.onPaper((piece) => show(renderText(piece)));
  return {
    path: wire.path,
    setFault: (name, on) => {
      const fault = PRINTER_FAULTS.find((each) => each === name);
      if (fault !== undefined) printer.setFault(fault, on);
    },
    actions: {
      tear: {
        usage: 'tear             tear off the paper that hangs',
        act: () => (printer.tearOff() === null ? 'no paper hangs' : null),
      },
      roll: {
        usage: 'roll [MM]        put in a new roll',
        act: ([length]) => {
          const mm = length === undefined ? undefined : numberOf(length);
          if (mm === null) return 'roll MM: a length in millimetres';
          printer.loadPaper(mm);
          return null;
        },
      },
    },
    close: wire.close,
  };
};

const serveReader = async ({ clock, entropy, family }: ServeOptions): Promise<ServedDevice> => {
  const pty = openPty({ clock, baud: READER_BAUD });
  const reader = makeFingerprintEmulator(pty.link, clock, { family, entropy, cable: pty });
  return {
    path: pty.path,
    setFault: oneAtATime(FINGERPRINT_FAULTS, reader),
    actions: {
      finger: {
        usage: 'finger NAME [Q]  put on that finger, quality Q of 0 to 1 (default 1)',
        act: ([name, quality = '1']) => {
          const value = numberOf(quality);
          if (name === undefined || value === null || value > 1)
            return 'finger NAME [Q]: a name, and a quality of 0 to 1';
          reader.placeFinger({ seed: name, quality: value });
          return null;
        },
      },
      lift: {
        usage: 'lift             take the finger off',
        act: () => {
          reader.placeFinger(null);
          return null;
        },
      },
    },
    close: pty.close,
  };
};

const servePower = async ({ clock }: ServeOptions): Promise<ServedDevice> => {
  const pty = openPty({ clock, baud: FIRMATA_BAUD });
  const board = makePowerBoardEmulator(pty.link, clock);
  const setPowerFault = injected(POWER_FAULTS, board);
  const setClockFault = injected(REAL_TIME_CLOCK_FAULTS, board.realTimeClock);
  return {
    path: pty.path,
    setFault: (name, on) => {
      if (name === 'unplugged') return on ? pty.unplug() : pty.plug();
      if (name.startsWith(CLOCK_PREFIX)) return setClockFault(name.slice(CLOCK_PREFIX.length), on);
      return setPowerFault(name, on);
    },
    actions: {
      mains: {
        usage: 'mains VOLTS      voltage on both lines',
        act: ([volts]) => {
          const value = numberOf(volts);
          if (value === null || value > 300) return 'mains VOLTS: 0 to 300';
          board.setMains(value);
          return null;
        },
      },
      key: {
        usage: "key on|off       the presiding officer's key switch",
        act: ([position]) => {
          if (position !== 'on' && position !== 'off') return 'key on, or key off';
          board.turnKey(position);
          return null;
        },
      },
    },
    close: pty.close,
  };
};
const CLOCK_PREFIX = 'clock.';

const serveDisplay = async ({ clock, show }: ServeOptions): Promise<ServedDevice> => {
  const pty = openPty({ clock, baud: FIRMATA_BAUD });
  const board = makeDisplayBoardEmulator(pty.link, clock, { cable: pty });
  return {
    path: pty.path,
    setFault: injected(DISPLAY_FAULTS, board),
    actions: {
      read: {
        usage: 'read             show the two lines',
        act: () => {
          show(`${board.lcd.screen().join('\n')}\n`);
          return null;
        },
      },
    },
    close: pty.close,
  };
};

const serveStationKeypad = async ({ clock }: ServeOptions): Promise<ServedDevice> => {
  const folder = socketFolder();
  const socket = await openReportSocket(folder.at('keypad'), BOOT_KEYBOARD_DESCRIPTOR, clock);
  const keypad = makeKeypadEmulator((report) => void socket.device.report(report), {
    clock,
    cable: socket,
  });
  return {
    path: socket.path,
    setFault: injected(KEYPAD_FAULTS, keypad),
    actions: {
      press: {
        usage: 'press KEYS       digits, ok (enter), c (clear): press 0412 ok',
        act: (words) => {
          const keys = words.map((word) => STATION_KEYS[word] ?? word);
          if (keys.length === 0 || !keys.every((key) => /^([0-9]{1,40}|enter|clear)$/.test(key)))
            return 'press KEYS: digits, ok, c';
          for (const key of keys)
            if (key === 'enter' || key === 'clear') keypad.press(key);
            else keypad.type(key);
          return null;
        },
      },
    },
    close: () => {
      socket.close();
      folder.remove();
    },
  };
};

const serveGlass = async ({ clock, entropy }: ServeOptions): Promise<ServedDevice> => {
  const folder = socketFolder();
  const socket = await openReportSocket(folder.at('glass'), DIGITIZER_DESCRIPTOR, clock);
  const { widthMm, heightMm } = DEFAULT_PANEL;
  const glass = makeTouchscreenEmulator(socket.device, clock, {
    panel: DEFAULT_PANEL,
    entropy,
    cable: socket,
  });
  return {
    path: socket.path,
    setFault: oneAtATime(TOUCHSCREEN_FAULTS, glass),
    actions: {
      touch: {
        usage: 'touch X Y        a finger at a place in millimetres',
        act: (words) => {
          const [x, y] = [numberOf(words[0]), numberOf(words[1])];
          if (x === null || y === null || x > widthMm || y > heightMm)
            return `touch X Y: millimetres, up to ${widthMm} and ${heightMm}`;
          void glass.touch(x, y);
          return null;
        },
      },
    },
    close: () => {
      socket.close();
      folder.remove();
    },
  };
};

const TACTILE_KEYS = [
  'up',
  'down',
  'left',
  'right',
  'select',
  'louder',
  'softer',
  'faster',
  'slower',
  'screen',
] as const satisfies readonly TactileKey[];

const serveVoterKeypad = async ({ clock, entropy }: ServeOptions): Promise<ServedDevice> => {
  const folder = socketFolder();
  const socket = await openReportSocket(
    folder.at('voter-keypad'),
    TACTILE_KEYPAD_DESCRIPTOR,
    clock,
  );
  const keypad = makeTactileKeypadEmulator(socket.device, clock, { entropy, cable: socket });
  return {
    path: socket.path,
    setFault: oneAtATime(TACTILE_KEYPAD_FAULTS, keypad),
    actions: {
      press: {
        usage: `press KEY …      ${TACTILE_KEYS.join(', ')}`,
        act: (words) => {
          const keys = words.flatMap((word) => TACTILE_KEYS.find((key) => key === word) ?? []);
          if (keys.length === 0 || keys.length !== words.length)
            return `press KEY …: ${TACTILE_KEYS.join(', ')}`;
          for (const key of keys) void keypad.press(key);
          return null;
        },
      },
    },
    close: () => {
      socket.close();
      folder.remove();
    },
  };
};

const serveHeadphones = async ({ clock, show }: ServeOptions): Promise<ServedDevice> => {
  const folder = socketFolder();
  const path = folder.at('headphones');
  const socket = await openByteSocket({ path });
  const headphones = makeHeadphonesEmulator(socket.link, clock, { cable: socket });
  headphones.onSpoken(({ text }) => show(`${text}\n`));
  return {
    path,
    setFault: oneAtATime(HEADPHONES_FAULTS, headphones),
    actions: {},
    close: () => {
      socket.close();
      folder.remove();
    },
  };
};

const CLOCK_FAULTS = Object.keys(REAL_TIME_CLOCK_FAULTS).map((name) => `${CLOCK_PREFIX}${name}`);

export const DEVICES: Readonly<Record<string, DeviceKind>> = {
  fingerprint: {
    summary: 'fingerprint reader, serial, 57,600 baud (--family R503 or ZFM)',
    faults: FINGERPRINT_FAULTS,
    serve: serveReader,
  },
  printer: {
    summary: 'receipt printer, serial, 115,200 baud, or TCP with --port',
    faults: PRINTER_FAULTS,
    serve: servePrinter,
  },
  power: {
    summary: 'power board with its clock, Firmata, serial, 57,600 baud',
    faults: [...Object.keys(POWER_FAULTS), ...CLOCK_FAULTS, 'unplugged'],
    serve: servePower,
  },
  display: {
    summary: "the operator's two-line display, Firmata, serial, 57,600 baud",
    faults: Object.keys(DISPLAY_FAULTS),
    serve: serveDisplay,
  },
  'operator-station': {
    summary: "the operator's keypad, HID on a local socket",
    faults: Object.keys(KEYPAD_FAULTS),
    serve: serveStationKeypad,
  },
  touchscreen: {
    summary: 'the touch panel, HID on a local socket',
    faults: TOUCHSCREEN_FAULTS,
    serve: serveGlass,
  },
  keypad: {
    summary: "the voter's tactile keypad, HID on a local socket",
    faults: TACTILE_KEYPAD_FAULTS,
    serve: serveVoterKeypad,
  },
  headphones: {
    summary: 'a voice behind a local socket',
    faults: HEADPHONES_FAULTS,
    serve: serveHeadphones,
  },
};
