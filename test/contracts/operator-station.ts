/**
 * The contract of hal/operator-station.ts, held sentence by sentence, and under every fault of keypad,
 * display and the display's board.
 */
import { describe, expect } from 'vitest';
import type { DisplayBoardEmulator } from '#drivers/operator-station/emulated-display-board.ts';
import {
  DISPLAY_FAULTS,
  type DisplayFaultName,
  KEYPAD_FAULTS,
  type KeypadEmulator,
  type KeypadFaultName,
} from '#drivers/operator-station/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { OperatorStation, StationFault, StationKey } from '#hal/operator-station.ts';
import {
  atOnce,
  contract,
  kindOf,
  type MakeRig,
  RETURN_LIMIT_MS,
  type Rig,
  until,
  within,
} from './power-rig.ts';

const START_LIMIT_MS = 6_000;
const DISPLAY_LIMIT_MS = 3_000;
const STUCK_MS = 10_000;
/** A keypad is polled every 8 ms; a press is two reports. */
const KEY_MS = 20;

export type StationRig = Rig & {
  readonly station: OperatorStation;
  readonly keypad: KeypadEmulator;
  readonly display: DisplayBoardEmulator;
};

type Heard = {
  readonly keys: StationKey[];
  readonly faults: StationFault[];
  /** How often both halves were well again. */
  recoveries: number;
};

const listen = (station: OperatorStation): Heard => {
  const heard: Heard = { keys: [], faults: [], recoveries: 0 };
  station.onKey((key) => heard.keys.push(key));
  station.onFault((fault) => heard.faults.push(fault));
  station.onRecovered(() => heard.recoveries++);
  return heard;
};

const shows = (rig: StationRig, first: string, second: string) => (): boolean => {
  const [top, bottom] = rig.display.lcd.screen();
  return top === first && bottom === second;
};

const KEYS = [
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ...['enter', 'clear', 'erase', 'plus', 'minus', 'times', 'divide'],
] as readonly StationKey[];

const describeKeys = (makeRig: MakeRig<StationRig>): void => {
  contract('each key is told once, in the order in which it went down', makeRig, async (rig) => {
    const heard = listen(rig.station);
    await rig.station.start();
    for (const key of KEYS) rig.keypad.press(key);
    await until(rig, KEYS.length * KEY_MS, 'every key', () => heard.keys.length >= KEYS.length);
    await wait(rig.clock, 100);
    expect(heard).toEqual({ keys: KEYS, faults: [], recoveries: 0 });
  });

  contract('keys are told before start, and whatever the display does', makeRig, async (rig) => {
    const heard = listen(rig.station);
    rig.display.inject('displayBoardUnplugged');
    await until(rig, RETURN_LIMIT_MS, 'a key', () => {
      if (heard.keys.length === 0) rig.keypad.press('7');
      return heard.keys.length > 0;
    });
    expect(heard.keys[0]).toBe('7');
  });

  contract('who ended listening hears nothing more', makeRig, async (rig) => {
    const heard: StationKey[] = [];
    const end = rig.station.onKey((key) => heard.push(key));
    const still = listen(rig.station);
    await rig.station.start();
    end();
    rig.keypad.press('4');
    await until(rig, KEY_MS, 'a key', () => still.keys.length === 1);
    expect(heard).toEqual([]);
  });
};

const describeDisplay = (makeRig: MakeRig<StationRig>): void => {
  contract('start waits for the board; again it does no harm', makeRig, async (rig) => {
    const { station } = rig;
    expect(kindOf(await within(rig, START_LIMIT_MS, station.start))).toBe('reading');
    await station.display('uno', 'dos');
    expect(kindOf(await within(rig, DISPLAY_LIMIT_MS, station.start))).toBe('reading');
    expect(rig.display.lcd.screen()).toEqual(['uno', 'dos']);
    expect(station.columns()).toBe(20);
  });

  contract('lines are cut, padded, and what has no sign is a "?"', makeRig, async (rig) => {
    await rig.station.start();
    await rig.station.display('x'.repeat(30), 'largo como la línea y más');
    expect(rig.display.lcd.screen()).toEqual(['x'.repeat(20), 'largo como la línea']);
    await rig.station.display('漢', '');
    expect(rig.display.lcd.screen()).toEqual(['?', '']);
  });

  contract('calls overlap: the last wins, each resolves when it is shown', makeRig, async (rig) => {
    await rig.station.start();
    const calls = Array.from({ length: 40 }, (_, n) => rig.station.display('Número', `${n}`));
    const results = await within(rig, DISPLAY_LIMIT_MS, () => Promise.all(calls));
    expect(new Set(results.map(kindOf))).toEqual(new Set(['reading']));
    expect(rig.display.lcd.screen()).toEqual(['Número', '39']);
  });

  contract('who calls again and again never keeps another waiting', makeRig, async (rig) => {
    await rig.station.start();
    let going = true;
    const flood = async (): Promise<void> => {
      for (let n = 0; going && n < 10_000; n++) {
        void rig.station.display('flood', `${n}`);
        await wait(rig.clock, 10);
      }
    };
    const flooding = flood();
    for (let turn = 0; turn < 5; turn++)
      expect(kindOf(await within(rig, DISPLAY_LIMIT_MS, () => rig.station.display('a', 'b')))).toBe(
        'reading',
      );
    going = false;
    await flooding;
  });

  contract('a call at once after an answer is carried out', makeRig, async (rig) => {
    await rig.station.start();
    for (let n = 0; n < 10; n++) await rig.station.display('vuelta', `${n}`);
    await until(rig, DISPLAY_LIMIT_MS, 'the last', shows(rig, 'vuelta', '9'));
  });

  contract('a display that blinked is shown its lines again', makeRig, async (rig) => {
    await rig.station.start();
    await rig.station.display('sigue', 'aquí');
    rig.display.lcd.unplug();
    rig.display.lcd.plug();
    expect(rig.display.lcd.screen()).toEqual(['', '']);
    await until(rig, RETURN_LIMIT_MS, 'the lines', shows(rig, 'sigue', 'aquí'));
  });

  contract('a board that restarted shows what it is given next', makeRig, async (rig) => {
    await rig.station.start();
    await rig.station.display('antes', '');
    rig.display.reset();
    await until(
      rig,
      RETURN_LIMIT_MS,
      'a shown line',
      async () => (await rig.station.display('después', '')).ok,
    );
    expect(rig.display.lcd.screen()).toEqual(['después', '']);
  });
};

/** What `display` says under each fault of the display, and what is told of it once. */
const DISPLAY_UNDER_FAULT = {
  displayUnplugged: ['absent'],
  displayBoardUnplugged: ['absent'],
  displayBoardSilent: ['timeout'],
  displayBoardRestarting: ['absent', 'timeout', 'reading'],
} as const satisfies Record<DisplayFaultName, readonly string[]>;

const DISPLAY_FAULT_NAMES = Object.keys(DISPLAY_UNDER_FAULT) as DisplayFaultName[];

const describeDisplayFaults = (makeRig: MakeRig<StationRig>): void => {
  for (const fault of DISPLAY_FAULT_NAMES) {
    const kinds: readonly string[] = DISPLAY_UNDER_FAULT[fault];
    contract(`${DISPLAY_FAULTS[fault]}: told once, then as it was`, makeRig, async (rig) => {
      const { station } = rig;
      const heard = listen(station);
      await station.start();
      await station.display('antes', '');
      rig.display.inject(fault);
      const shown = await within(rig, DISPLAY_LIMIT_MS, () => station.display('durante', 'más'));
      expect(kinds).toContain(kindOf(shown));
      await wait(rig.clock, 3_000);
      const again = await within(rig, DISPLAY_LIMIT_MS, () => station.display('durante', 'dos'));
      expect(kinds).toContain(kindOf(again));
      if (kinds.length === 1) expect(heard.faults.map(({ kind }) => kind)).toEqual(kinds);
      rig.keypad.press('3');
      await until(rig, KEY_MS, 'a key', () => heard.keys.length === 1);
      rig.display.clear(fault);
      await until(rig, RETURN_LIMIT_MS, 'the lines', shows(rig, 'durante', 'dos'));
      await until(
        rig,
        DISPLAY_LIMIT_MS,
        'an answer',
        async () => (await station.display('después', '')).ok,
      );
      expect(rig.display.lcd.screen()).toEqual(['después', '']);
    });

    // A board that restarts shows what it is given in between: there may be nothing to find.
    if (fault === 'displayBoardRestarting') continue;
    contract(`${DISPLAY_FAULTS[fault]}: found without a call`, makeRig, async (rig) => {
      const heard = listen(rig.station);
      await rig.station.start();
      await rig.station.display('quieto', '');
      rig.display.inject(fault);
      await until(rig, DISPLAY_LIMIT_MS, 'a fault', () => heard.faults.length === 1);
      expect(heard.recoveries).toBe(0);
      rig.display.clear(fault);
      await until(rig, RETURN_LIMIT_MS, 'the lines', shows(rig, 'quieto', ''));
      await until(rig, RETURN_LIMIT_MS, 'a recovery', () => heard.recoveries > 0);
      await wait(rig.clock, 1_000);
      expect(heard).toMatchObject({ recoveries: 1, faults: { length: 1 } });
    });
  }
};

/** What is told under each fault of the keypad, and after how long at most. */
const KEYPAD_UNDER_FAULT = {
  keypadUnplugged: { told: ['absent'], limitMs: 200 },
  keyStuck: { told: ['broken'], limitMs: STUCK_MS + 100 },
  keyStorm: { told: ['broken'], limitMs: 2_000 },
  keypadCovered: { told: [], limitMs: 500 },
} as const satisfies Record<
  KeypadFaultName,
  { readonly told: readonly string[]; readonly limitMs: number }
>;

const KEYPAD_FAULT_NAMES = Object.keys(KEYPAD_UNDER_FAULT) as KeypadFaultName[];

const describeKeypadFaults = (makeRig: MakeRig<StationRig>): void => {
  for (const fault of KEYPAD_FAULT_NAMES) {
    const { told, limitMs } = KEYPAD_UNDER_FAULT[fault];
    contract(`${KEYPAD_FAULTS[fault]}: told once, and sound within 2 s`, makeRig, async (rig) => {
      const { station } = rig;
      const heard = listen(station);
      await station.start();
      rig.keypad.inject(fault);
      await until(rig, limitMs, 'the fault', () => heard.faults.length >= told.length);
      await wait(rig.clock, 1_000);
      expect(heard.faults.map(({ kind }) => kind)).toEqual(told);
      const shown = await within(rig, DISPLAY_LIMIT_MS, () => station.display('sigue', ''));
      expect(kindOf(shown)).toBe('reading');
      if (fault === 'keyStorm') {
        const before = heard.keys.length;
        await wait(rig.clock, 1_000);
        expect(heard.keys).toHaveLength(before);
      }
      rig.keypad.clear(fault);
      await wait(rig.clock, RETURN_LIMIT_MS + rig.slackMs);
      const before = heard.keys.length;
      rig.keypad.press('9');
      await until(rig, KEY_MS, 'a key', () => heard.keys.length > before);
      expect(heard.keys.slice(before)).toEqual(['9']);
      expect(heard).toMatchObject({ recoveries: told.length, faults: { length: told.length } });
    });
  }

  contract('without a keypad start says absent, with it no more', makeRig, async (rig) => {
    await rig.station.start();
    rig.keypad.inject('keypadUnplugged');
    await until(rig, 200, 'absent', async () => kindOf(await rig.station.start()) === 'absent');
    rig.keypad.clear('keypadUnplugged');
    await until(rig, RETURN_LIMIT_MS, 'a start', async () => (await rig.station.start()).ok);
  });

  contract('with display and keypad gone, one alone is no recovery', makeRig, async (rig) => {
    const heard = listen(rig.station);
    await rig.station.start();
    rig.keypad.inject('keypadUnplugged');
    rig.display.inject('displayUnplugged');
    await until(rig, DISPLAY_LIMIT_MS, 'both faults', () => heard.faults.length === 2);
    rig.keypad.clear('keypadUnplugged');
    await until(rig, RETURN_LIMIT_MS, 'a key', () => {
      if (heard.keys.length === 0) rig.keypad.press('7');
      return heard.keys.length > 0;
    });
    expect(heard.recoveries).toBe(0);
    rig.display.clear('displayUnplugged');
    await until(rig, RETURN_LIMIT_MS, 'a recovery', () => heard.recoveries === 1);
  });

  contract('a stuck key does not keep the others from working', makeRig, async (rig) => {
    const heard = listen(rig.station);
    await rig.station.start();
    rig.keypad.inject('keyStuck');
    await wait(rig.clock, 100);
    for (const key of ['1', '2', 'enter'] as const) rig.keypad.press(key);
    await until(rig, 6 * KEY_MS, 'the keys', () => heard.keys.length === 4);
    expect(heard.keys).toEqual(['5', '1', '2', 'enter']);
  });
};

/** `title` names driver and links; each test has a rig of its own. */
export const describeOperatorStation = (title: string, makeRig: MakeRig<StationRig>): void => {
  describe(`${title} keeps the contract of an operator station`, () => {
    describe('keys', () => describeKeys(makeRig));
    describe('display', () => describeDisplay(makeRig));
    contract(
      'a display that was never there is absent',
      makeRig,
      async (rig) => {
        expect(kindOf(await within(rig, START_LIMIT_MS, rig.station.start))).toBe('absent');
        expect(kindOf(await atOnce(rig, () => rig.station.display('a', 'b')))).toBe('absent');
        const heard = listen(rig.station);
        rig.cable.plug();
        await until(rig, RETURN_LIMIT_MS, 'the lines', shows(rig, 'a', 'b'));
        await until(rig, RETURN_LIMIT_MS, 'a recovery', () => heard.recoveries === 1);
      },
      false,
    );
  });
  describe(`${title}: the display under each fault`, () => describeDisplayFaults(makeRig));
  describe(`${title}: the keypad under each fault`, () => describeKeypadFaults(makeRig));
};
