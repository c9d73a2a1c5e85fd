/** The descriptor parser against the specification's own examples, and against anything at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindDigitizer } from '#drivers/touchscreen/digitizer.ts';
import { DIGITIZER_DESCRIPTOR } from '#drivers/touchscreen/emulator.ts';
import {
  type HidDescription,
  parseReportDescriptor,
  readField,
} from '#drivers/touchscreen/hid-descriptor.ts';
import { hidBytes, KEYBOARD_B1, MOUSE_E10, TWO_FINGER_SCREEN } from '#test/vectors/hid.ts';

const parse = (hex: string): HidDescription => {
  const parsed = parseReportDescriptor(hidBytes(hex));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

const summary = ({ fields }: HidDescription) =>
  fields.map(({ kind, reportId, bitOffset, bitSize, usages }) => {
    const [own] = usages;
    return `${kind} ${reportId} ${bitOffset}+${bitSize} ${own?.page.toString(16)}/${own?.id.toString(16)}`;
  });

describe('descriptors of the specification', () => {
  test('the mouse of appendix E.10: three buttons, padding, X and Y relative and signed', () => {
    const mouse = parse(MOUSE_E10);
    expect(hidBytes(MOUSE_E10)).toHaveLength(50);
    expect(mouse.numbered).toBe(false);
    expect(summary(mouse)).toEqual([
      'input 0 0+1 9/1',
      'input 0 1+1 9/2',
      'input 0 2+1 9/3',
      'input 0 8+8 1/30',
      'input 0 16+8 1/31',
    ]);
    const x = mouse.fields[3];
    expect(x).toMatchObject({ relative: true, logicalMinimum: -127, logicalMaximum: 127 });
    const report = Uint8Array.of(0b101, 0xff, 0x05);
    expect(mouse.fields.map((field) => readField(mouse, field, report))).toEqual([1, 0, 1, -1, 5]);
    expect(mouse.collections.map(({ type, parent }) => [type, parent])).toEqual([
      [1, null],
      [0, 0],
    ]);
  });

  test('the keyboard of appendix B.1: modifiers, LEDs out, an array of six keys', () => {
    const keyboard = parse(KEYBOARD_B1);
    const keys = keyboard.fields.filter(({ array }) => array);
    expect(keys.map(({ bitOffset }) => bitOffset)).toEqual([16, 24, 32, 40, 48, 56]);
    expect(keys[0]?.usages).toHaveLength(0x66);
    expect(keyboard.fields.filter(({ kind }) => kind === 'output')).toHaveLength(5);
  });

  test('a screen of two fingers beside a mouse: bound by usage, in the right report', () => {
    const screen = parse(TWO_FINGER_SCREEN);
    expect(summary(screen).slice(0, 6)).toEqual([
      'input 1 0+1 d/42',
      'input 1 1+1 d/32',
      'input 1 8+8 d/51',
      'input 1 16+16 1/30',
      'input 1 32+16 1/31',
      'input 1 48+1 d/42',
    ]);
    expect(screen.fields[3]).toMatchObject({ physicalMaximum: 1205, unitExponent: -2, unit: 0x33 });
    expect(bindDigitizer(hidBytes(TWO_FINGER_SCREEN))).toMatchObject({
      ok: true,
      value: { reportId: 1, fingers: 2 },
    });
  });

  test("the emulated panel's own: five fingers, a report of 54 bytes", () => {
    expect(bindDigitizer(DIGITIZER_DESCRIPTOR)).toMatchObject({
      ok: true,
      value: { reportId: 1, fingers: 5 },
    });
    const parsed = parseReportDescriptor(DIGITIZER_DESCRIPTOR);
    const inputs = parsed.ok ? parsed.value.fields.filter(({ kind }) => kind === 'input') : [];
    expect(Math.max(...inputs.map(({ bitOffset, bitSize }) => bitOffset + bitSize))).toBe(53 * 8);
  });
});

test('a maximum of FF over a minimum of 0 is 255; over a negative one it is -1', () => {
  const unsigned = parse('15 00 25 FF 75 08 95 01 09 30 81 02');
  expect(unsigned.fields[0]).toMatchObject({ logicalMinimum: 0, logicalMaximum: 255 });
  const signed = parse('15 F0 25 FF 75 08 95 01 09 30 81 02');
  expect(signed.fields[0]).toMatchObject({ logicalMinimum: -16, logicalMaximum: -1 });
});

test('push and pop, usages of four bytes, delimited sets and long items are understood', () => {
  const { fields } = parse(`
    05 01 75 08 95 01 A4 05 0D 95 02 B4 0B 42 00 0D 00 81 02
    FE 02 10 AA BB
    A9 01 09 31 09 32 A9 00 81 02`);
  expect(fields.map(({ usages, bitOffset }) => [usages, bitOffset])).toEqual([
    [[{ page: 0x0d, id: 0x42 }], 0],
    [[{ page: 0x01, id: 0x31 }], 8],
  ]);
});

describe('contacts', () => {
  const bound = () => {
    const digitizer = bindDigitizer(hidBytes(TWO_FINGER_SCREEN));
    if (!digitizer.ok) throw new Error(digitizer.error);
    return digitizer.value;
  };

  test('are read from a report of two', () => {
    const report = hidBytes('01 03 05 FF0F 0000 02 06 0008 FF0F 02');
    expect(bound().read(report)).toMatchObject({
      ok: true,
      value: [
        { id: 5, down: true, x: 1, y: 0 },
        { id: 6, down: false, x: 0x800 / 0xfff, y: 1 },
      ],
    });
  });

  test('only as many as the count says, whatever the other slots hold', () => {
    const report = hidBytes('01 01 05 0000 0000 01 06 FFFF FFFF 01');
    const read = bound().read(report);
    expect(read.ok && read.value?.map(({ id }) => id)).toEqual([5]);
  });

  test('of a frame of three come in two reports (hybrid mode)', () => {
    const screen = bound();
    expect(screen.read(hidBytes('01 01 01 0000 0000 01 02 0000 0000 03'))).toEqual({
      ok: true,
      value: null,
    });
    const whole = screen.read(hidBytes('01 01 03 0000 0000 00 00 0000 0000 00'));
    expect(whole.ok && whole.value?.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('a report that is too short, out of range or of another id is no contact', () => {
    const screen = bound();
    expect(screen.read(hidBytes('01 03 05')).ok).toBe(false);
    expect(screen.read(hidBytes('01 03 05 FFFF 0000 00 00 0000 0000 01')).ok).toBe(false);
    expect(screen.read(hidBytes('04 03 05'))).toEqual({ ok: true, value: null });
    expect(screen.read(hidBytes('01 03 05 0000 0000 00 00 0000 0000 63')).ok).toBe(false);
  });
});

describe('what is no sound descriptor', () => {
  test.each([
    ['a mouse', MOUSE_E10, 'no touch screen'],
    ['nothing', '', 'no touch screen'],
    ['one that ends inside an item', '05 0D 09 04 A1 01 26 FF', 'ends inside'],
    ['a collection without an end', '05 0D 09 04 A1 01', 'never ends'],
    ['an end without a collection', 'C0', 'never began'],
    ['report id 0', '85 00', 'report id 0'],
    ['pop without push', 'B4', 'pop without push'],
    ['a field of 64 bits', '75 40 95 01 81 02', '64 bits'],
    ['a report without end', '75 20 97 FF FF FF 7F 81 02', 'too long'],
    ['a screen without fingers', '05 0D 09 04 A1 01 C0', 'without contacts'],
  ])('is refused with its reason: %s', (_, hex, reason) => {
    const bound = bindDigitizer(hidBytes(hex));
    expect(bound.ok ? 'bound' : bound.error).toContain(reason);
  });

  test('any bytes are parsed or refused, quickly and without a throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.uint8Array({ maxLength: 80 }),
        (bytes, report) => {
          const bound = bindDigitizer(bytes);
          if (bound.ok) bound.value.read(report);
          const parsed = parseReportDescriptor(bytes);
          if (parsed.ok)
            for (const field of parsed.value.fields) readField(parsed.value, field, report);
        },
      ),
      { seed: 20201206, numRuns: 2000 },
    );
  });

  test('a sound descriptor with damage is parsed or refused; reports never give places off the panel', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.uint8Array({ minLength: 54, maxLength: 54 }), (flips, report) => {
        const bytes = DIGITIZER_DESCRIPTOR.slice();
        for (const [at, value] of flips) bytes[at % bytes.length] = value;
        report[0] = 1;
        const bound = bindDigitizer(bytes);
        const read = bound.ok ? bound.value.read(report) : null;
        for (const { x, y } of (read?.ok && read.value) || []) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(Math.max(x, y)).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 20201206, numRuns: 1000 },
    );
  });
});
