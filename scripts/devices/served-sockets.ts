/** Emulated devices behind local sockets: the HID ones, and the headphones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADPHONES_FAULTS, makeHeadphonesEmulator } from '#drivers/audio/emulator.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import {
  makeTactileKeypadEmulator,
  TACTILE_KEYPAD_DESCRIPTOR,
  TACTILE_KEYPAD_FAULTS,
} from '#drivers/keypad/emulator.ts';
import { KEYPAD_FAULTS, makeKeypadEmulator } from '#drivers/operator-station/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeUpsEmulator, UPS_DESCRIPTOR, UPS_FAULTS } from '#drivers/power/emulated-ups.ts';
import {
  DIGITIZER_DESCRIPTOR,
  makeTouchscreenEmulator,
  TOUCHSCREEN_FAULTS,
} from '#drivers/touchscreen/emulator.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { TACTILE_KEYS } from '#hal/tactile-keypad.ts';
import { openByteSocket } from './byte-socket.ts';
import { openReportSocket } from './report-socket.ts';
import {
  injected,
  numberOf,
  oneAtATime,
  type ServedDevice,
  type ServeOptions,
} from './served-device.ts';

const STATION_KEYS: Readonly<Record<string, StationKey>> = { ok: 'enter', c: 'clear' };

/** A folder for sockets, removed at the end. */
const socketFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-device-'));
  return {
    at: (name: string): string => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export const serveStationKeypad = async ({ clock }: ServeOptions): Promise<ServedDevice> => {
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

export const serveGlass = async ({ clock, entropy }: ServeOptions): Promise<ServedDevice> => {
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

export const serveVoterKeypad = async ({ clock, entropy }: ServeOptions): Promise<ServedDevice> => {
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

export const serveHeadphones = async ({ clock, show }: ServeOptions): Promise<ServedDevice> => {
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

export const serveUps = async ({ clock }: ServeOptions): Promise<ServedDevice> => {
  const folder = socketFolder();
  const socket = await openReportSocket(folder.at('ups'), UPS_DESCRIPTOR, clock);
  const ups = makeUpsEmulator(socket.device, clock, { cable: socket });
  return {
    path: socket.path,
    setFault: injected(UPS_FAULTS, ups),
    actions: {
      mains: {
        usage: 'mains VOLTS      voltage on both lines',
        act: ([volts]) => {
          const value = numberOf(volts);
          if (value === null || value > 300) return 'mains VOLTS: 0 to 300';
          ups.plant.setMains(value);
          return null;
        },
      },
      charge: {
        usage: 'charge PERCENT   what is left in the battery',
        act: ([percent]) => {
          const value = numberOf(percent);
          if (value === null || value > 100) return 'charge PERCENT: 0 to 100';
          ups.plant.setPercent(value);
          return null;
        },
      },
    },
    close: () => {
      ups.stop();
      socket.close();
      folder.remove();
    },
  };
};
