/** Keys out of HID reports, bound by usage: keyboards, consumer controls, bits and arrays. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { bindKeypad, readKeys } from '#drivers/keypad/keypad-reports.ts';
import { hidBytes, MOUSE_E10 } from '#test/vectors/hid.ts';
import { BOOT_DESCRIPTOR_HEX } from '#test/vectors/hid-keyboard.ts';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** What the reports say one after the other; `reports` as hexadecimal digits. */
const keysOf = (descriptor: Uint8Array, reports: readonly string[]) => {
  const bound = bindKeypad(descriptor);
  if (!bound.ok) throw new Error(bound.error);
  return reports.map((report) => {
    const told = readKeys(bound.value, fromHex(report));
    return told.ok ? (told.value?.down ?? null) : told.error;
  });
};

/**
 * A boot keyboard's keys as report 1, and as report 2 a Consumer Control ("HID Usage Tables" 1.12,
 * chapter 15) that names one usage at a time in 16 bits: what keyboards with volume keys send.
 */
const KEYBOARD_AND_CONSUMER = fromHex(
  '05010906a1018501050719e029e71500250175019508810275089501810119002aff00150026ff007508950681' +
    '00c0050c0901a101850219002a80021500268002751095018100c0',
);

describe('a boot keyboard (HID 1.11, appendix B.1)', () => {
  const boot = fromHex(BOOT_DESCRIPTOR_HEX);

  test('gives arrows, Enter and the plus and minus of its number block', () => {
    const usages = ['52', '51', '50', '4f', '28', '58', '57', '56'];
    const reports = usages.map((usage) => `0000${usage}0000000000`);
    const keys = ['up', 'down', 'left', 'right', 'select', 'select', 'faster', 'slower'];
    expect(keysOf(boot, reports)).toEqual(keys.map((key) => [key]));
  });

  test('with many keys down tells each; other keys and modifiers are nothing', () => {
    expect(keysOf(boot, ['0000525104280000', '0200000000000000', 'ff000405060708ff'])).toEqual([
      ['up', 'down', 'select'],
      [],
      [],
    ]);
  });

  test('that says "too many keys" tells nothing of what is down', () => {
    expect(keysOf(boot, ['0000010101010101'])).toEqual([null]);
  });

  test('that is cut short contradicts itself', () => {
    expect(keysOf(boot, ['00005200000000', ''])).toEqual([
      'a report of 7 bytes',
      'a report of 0 bytes',
    ]);
  });
});

describe('consumer controls', () => {
  test('as an array of usages beside a keyboard', () => {
    const reports = ['02e900', '02ea00', '02b300', '02b400', '027200', '020000', '02cd00'];
    expect(keysOf(KEYBOARD_AND_CONSUMER, reports)).toEqual([
      ['louder'],
      ['softer'],
      ['faster'],
      ['slower'],
      ['screen'],
      [],
      [],
    ]);
    expect(keysOf(KEYBOARD_AND_CONSUMER, ['010000510000000000', '03ff'])).toEqual([['down'], null]);
  });

  test('as bits', () => {
    expect(keysOf(TACTILE_KEYPAD_DESCRIPTOR, ['0201', '0212', '0200'])).toEqual([
      ['louder'],
      ['softer', 'screen'],
      [],
    ]);
  });
});

test.each([
  ['a mouse', hidBytes(MOUSE_E10), 'no keypad in the report descriptor'],
  ['nothing', new Uint8Array(), 'no keypad in the report descriptor'],
  [
    'volume keys alone',
    fromHex('050c0901a1011500250109e909ea750195028102950681 01c0'.replaceAll(' ', '')),
    'a keypad without a key for "up"',
  ],
])('%s is no keypad', (_, descriptor, error) => {
  expect(bindKeypad(descriptor)).toEqual({ ok: false, error });
});

test('no descriptor and no report of any kind throws', () => {
  const damaged = fc
    .tuple(fc.constantFrom(KEYBOARD_AND_CONSUMER, TACTILE_KEYPAD_DESCRIPTOR), fc.nat(), fc.nat(255))
    .map(([bytes, at, value]) => {
      const copy = bytes.slice();
      copy[at % copy.length] = value;
      return copy;
    });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged),
      fc.uint8Array(),
      (bytes, report) => {
        const bound = bindKeypad(bytes);
        if (!bound.ok) return;
        const told = readKeys(bound.value, report);
        if (told.ok && told.value !== null)
          expect(new Set(told.value.down).size).toBe(told.value.down.length);
      },
    ),
    { seed: 20201206, numRuns: 3_000 },
  );
});
