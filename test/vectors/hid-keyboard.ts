/**
 * HID from outside: the boot keyboard's report descriptor as it is printed in HID 1.11, appendix
 * B.1, and reports as a numeric pad sends them (usages of HID Usage Tables 1.12, section 10).
 */
import type { StationKey } from '#hal/operator-station.ts';

export const BOOT_DESCRIPTOR_HEX =
  '05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503' +
  '9101950675081500256505071900296581' +
  '00c0';

export const REPORT_VECTORS: readonly {
  readonly name: string;
  readonly reports: readonly string[];
  readonly keys: readonly StationKey[];
}[] = [
  {
    name: 'keypad 1, 2, Enter',
    reports: [
      '0000590000000000',
      '0000000000000000',
      '00005a0000000000',
      '0000000000000000',
      '0000580000000000',
      '0000000000000000',
    ],
    keys: ['1', '2', 'enter'],
  },
  {
    name: 'keypad 0, 9 and the operators',
    reports: [
      '0000620000000000',
      '0000610000000000',
      '0000540000000000',
      '0000550000000000',
      '0000560000000000',
      '0000570000000000',
    ],
    keys: ['0', '9', 'divide', 'times', 'minus', 'plus'],
  },
  {
    name: 'the row above the letters, Backspace, Escape, Enter',
    reports: [
      '00001e0000000000',
      '0000270000000000',
      '00002a0000000000',
      '0000290000000000',
      '0000280000000000',
    ],
    keys: ['1', '0', 'erase', 'clear', 'enter'],
  },
  {
    name: 'fast fingers: 4 goes down before 3 is up',
    reports: ['00005b0000000000', '00005b5c00000000', '00005c0000000000', '0000000000000000'],
    keys: ['3', '4'],
  },
  {
    name: 'Num Lock and a letter mean nothing',
    reports: ['0000530000000000', '0200040000000000', '0000000000000000'],
    keys: [],
  },
  {
    name: 'too many keys at once (roll-over) change nothing',
    reports: ['0000590000000000', '0000010101010101', '0000590000000000', '0000000000000000'],
    keys: ['1'],
  },
];
