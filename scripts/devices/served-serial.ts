/** Emulated devices behind serial ports: reader, printer (which may stand at a TCP port), power board, display. */
import { FINGERPRINT_FAULTS, makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import { makeDisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import { DISPLAY_FAULTS } from '#drivers/operator-station/emulator.ts';
import { makePowerBoardEmulator, POWER_FAULTS } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator/faults.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { REAL_TIME_CLOCK_FAULTS } from '#drivers/real-time-clock/emulator.ts';
import { openByteSocket } from './byte-socket.ts';
import { openPty } from './pty.ts';
import {
  injected,
  numberOf,
  oneAtATime,
  type ServedDevice,
  type ServeOptions,
} from './served-device.ts';

const READER_BAUD = 57_600;
const FIRMATA_BAUD = 57_600;
const PRINTER_BAUD = 115_200;
const LOOPBACK = '127.0.0.1';

/** Faults of the clock on the power board begin with this. */
export const CLOCK_PREFIX = 'clock.';

export const servePrinter = async (options: ServeOptions): Promise<ServedDevice> => {
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

export const serveReader = async ({
  clock,
  entropy,
  family,
}: ServeOptions): Promise<ServedDevice> => {
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

export const servePower = async ({ clock }: ServeOptions): Promise<ServedDevice> => {
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

export const serveDisplay = async ({ clock, show }: ServeOptions): Promise<ServedDevice> => {
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
