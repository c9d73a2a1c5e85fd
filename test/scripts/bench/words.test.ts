/** The page says everything in both languages, and has a name for every device and every fault. */
import { describe, expect, test } from 'vitest';
import { HEADPHONES_FAULTS } from '#drivers/audio/emulator.ts';
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator.ts';
import { TACTILE_KEYPAD_FAULTS } from '#drivers/keypad/emulator.ts';
import { STATION_FAULTS } from '#drivers/operator-station/emulator.ts';
import { POWER_FAULTS } from '#drivers/power/emulator.ts';
import { PRINTER_FAULTS } from '#drivers/printer/emulator.ts';
import { REAL_TIME_CLOCK_FAULTS } from '#drivers/real-time-clock/emulator.ts';
import { TOUCHSCREEN_FAULTS } from '#drivers/touchscreen/emulator.ts';
import { OTHER_MODULES } from '#scripts/bench/other-modules.ts';
import { WORDS } from '#scripts/bench/page/vocabulary.ts';
import { FINGER_QUALITIES } from '#scripts/bench/people.ts';
import { TASKS } from '#scripts/bench/robots/crew.ts';
import { RACK_MEDIUM_FAULTS } from '#scripts/devices/rack-storage.ts';

const parameters = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the page's words", () => {
  test.each(Object.entries(WORDS))('%s stands in Spanish and English alike', (_, [es, en]) => {
    expect(parameters(es)).toEqual(parameters(en));
    expect(es === '').toBe(en === '');
  });

  test.each([
    ['fault', [...HEADPHONES_FAULTS, ...FINGERPRINT_FAULTS, ...TACTILE_KEYPAD_FAULTS]],
    [
      'fault',
      [STATION_FAULTS, POWER_FAULTS, REAL_TIME_CLOCK_FAULTS, RACK_MEDIUM_FAULTS].flatMap((table) =>
        Object.keys(table),
      ),
    ],
    ['fault', [...PRINTER_FAULTS.filter((name) => name !== 'powerCut'), ...TOUCHSCREEN_FAULTS]],
    ['quality', FINGER_QUALITIES],
    ['task', TASKS],
    ['module', OTHER_MODULES],
  ])('name every %s', (kind, names) => {
    expect(names.filter((name) => !(`${kind}.${name}` in WORDS))).toEqual([]);
  });
});
