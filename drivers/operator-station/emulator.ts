/**
 * The operator station as devices: a keypad that sends HID reports as fingers press its keys, and
 * the display board (`makeDisplayBoardEmulator`). Each has its faults by name.
 */
import type { Clock } from '#hal/clock.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { encodeBootReport, usageOfKey } from './hid-keyboard.ts';

/** What goes wrong with the keypad, each by its name. */
export const KEYPAD_FAULTS = {
  keypadUnplugged: 'the keypad is pulled out',
  keyStuck: 'the key 5 stays down',
  keyStorm: 'water in the keypad: keys without end, faster than any hand',
  keypadCovered: 'something lies on the keypad: more keys than a report holds',
} as const satisfies Record<string, string>;

/** What goes wrong with the display, each by its name. */
export const DISPLAY_FAULTS = {
  displayUnplugged: 'the display is off the I2C bus',
  displayBoardUnplugged: "the display's board is pulled out",
  displayBoardSilent: "the display's board hangs: it neither hears nor answers",
  displayBoardRestarting: "the display's board starts anew every five seconds",
} as const satisfies Record<string, string>;

/** What goes wrong with the station, each by its name. */
export const STATION_FAULTS = { ...KEYPAD_FAULTS, ...DISPLAY_FAULTS } as const;

export type KeypadFaultName = keyof typeof KEYPAD_FAULTS;
export type DisplayFaultName = keyof typeof DISPLAY_FAULTS;

/** A USB keypad reports every 8 ms. */
const STORM_REPORT_MS = 8;
const STORM_KEYS: readonly StationKey[] = ['1', '4', '7', '2', '5', '8'];
const STUCK_KEY: StationKey = '5';

export type KeypadEmulator = {
  /** Presses and releases one key. */
  press(key: StationKey): void;
  /** Types digits, one key after the other. */
  type(digits: string): void;
  /** Puts a finger on a key and leaves it there. */
  hold(key: StationKey): void;
  release(key: StationKey): void;
  inject(fault: KeypadFaultName): void;
  clear(fault: KeypadFaultName): void;
};

export type KeypadOptions = {
  /** For the faults that last. */
  readonly clock: Clock;
  /** The cable, so that `keypadUnplugged` can pull it. */
  readonly cable: { unplug(): void; plug(): void };
};

const isKey = (digit: string): digit is StationKey => /^[0-9]$/.test(digit);

/** `send`: the device's end of a report link. */
export const makeKeypadEmulator = (
  send: (report: Uint8Array) => void,
  { clock, cable }: KeypadOptions,
): KeypadEmulator => {
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
  let stopStorm: (() => void) | null = null;
  const storm = (count: number): void => {
    const key = STORM_KEYS[count % STORM_KEYS.length];
    if (key !== undefined) send(encodeBootReport([usageOfKey(key)]));
    stopStorm = clock.after(STORM_REPORT_MS, () => storm(count + 1));
  };
  const inject = (fault: KeypadFaultName): void => {
    switch (fault) {
      case 'keypadUnplugged':
        cable.unplug();
        return;
      case 'keyStuck':
        hold(STUCK_KEY);
        return;
      case 'keyStorm':
        if (stopStorm === null) storm(0);
        return;
      case 'keypadCovered':
        send(encodeBootReport(STORM_KEYS.concat('3').map(usageOfKey)));
        return;
    }
  };
  const clear = (fault: KeypadFaultName): void => {
    switch (fault) {
      case 'keypadUnplugged':
        cable.plug();
        return;
      case 'keyStuck':
        release(STUCK_KEY);
        return;
      case 'keyStorm':
        stopStorm?.();
        stopStorm = null;
        report();
        return;
      case 'keypadCovered':
        report();
        return;
    }
  };
  return {
    inject,
    clear,
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
