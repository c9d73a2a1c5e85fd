/**
 * The operator station as devices: a keypad that sends HID reports as fingers press its keys, and
 * the display (`emulateLcd`) whose chip hangs on a Firmata board's I2C bus.
 */
import type { StationKey } from '#hal/operator-station.ts';
import { encodeBootReport, usageOfKey } from './hid-keyboard.ts';

/** What goes wrong with the station, each by its name. */
export const STATION_FAULTS = {
  keypadUnplugged: 'the keypad is pulled out',
  keyStuck: 'a key stays down',
  displayUnplugged: 'the display is off the I2C bus',
} as const satisfies Record<string, string>;

export type KeypadEmulator = {
  /** Presses and releases one key. */
  press(key: StationKey): void;
  /** Types digits, one key after the other. */
  type(digits: string): void;
  /** Puts a finger on a key and leaves it there. */
  hold(key: StationKey): void;
  release(key: StationKey): void;
};

const isKey = (digit: string): digit is StationKey => /^[0-9]$/.test(digit);

/** `send`: the device's end of a report link. */
export const makeKeypadEmulator = (send: (report: Uint8Array) => void): KeypadEmulator => {
  const down: number[] = [];
  const report = (): void => send(encodeBootReport(down));
  const hold = (key: StationKey): void => {
    const usage = usageOfKey(key);
    if (down.includes(usage)) return;
    down.push(usage);
    report();
  };
  const release = (key: StationKey): void => {
    const at = down.indexOf(usageOfKey(key));
    if (at < 0) return;
    down.splice(at, 1);
    report();
  };
  const press = (key: StationKey): void => {
    hold(key);
    release(key);
  };
  return {
    press,
    hold,
    release,
    type: (digits) => {
      for (const digit of digits) {
        if (!isKey(digit)) throw new Error(`the keypad has no key ${digit}`);
        press(digit);
      }
    },
  };
};
