/** Every emulated device that `urna device` serves, by its name. */
import { HEADPHONES_FAULTS } from '#drivers/audio/emulator.ts';
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator.ts';
import { TACTILE_KEYPAD_FAULTS } from '#drivers/keypad/emulator.ts';
import { DISPLAY_FAULTS, KEYPAD_FAULTS } from '#drivers/operator-station/emulator.ts';
import { UPS_FAULTS } from '#drivers/power/emulated-ups.ts';
import { POWER_FAULTS } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator/faults.ts';
import { REAL_TIME_CLOCK_FAULTS } from '#drivers/real-time-clock/emulator.ts';
import { TOUCHSCREEN_FAULTS } from '#drivers/touchscreen/emulator.ts';
import type { DeviceKind } from './served-device.ts';
import {
  CLOCK_PREFIX,
  serveDisplay,
  servePower,
  servePrinter,
  serveReader,
} from './served-serial.ts';
import {
  serveGlass,
  serveHeadphones,
  serveStationKeypad,
  serveUps,
  serveVoterKeypad,
} from './served-sockets.ts';

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
  ups: {
    summary: 'a UPS as a HID Power Device on a local socket',
    faults: Object.keys(UPS_FAULTS),
    serve: serveUps,
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
