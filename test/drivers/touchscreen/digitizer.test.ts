/** Panels that are sold, bound by what their report descriptors say: reports in, contacts out. */
import { describe, expect, test } from 'vitest';
import { bindDigitizer, type Digitizer } from '#drivers/touchscreen/digitizer.ts';
import {
  EGALAX_7224,
  HUION_2008,
  hidBytes,
  KEYBOARD_B1,
  TWO_CONTACTS_2219_044C,
} from '#test/vectors/hid.ts';

const bind = (hex: string): Digitizer => {
  const bound = bindDigitizer(hidBytes(hex));
  if (!bound.ok) throw new Error(bound.error);
  return bound.value;
};
const read = (digitizer: Digitizer, hex: string) => digitizer.read(hidBytes(hex));
const contact = (id: number, down: boolean, x: number, y: number) =>
  expect.objectContaining({
    id,
    down,
    x: expect.closeTo(x, 3),
    y: expect.closeTo(y, 3),
  });

describe('an eGalax panel of one contact a report', () => {
  test('is bound by the collection with a finger, and says that its frames are not whole', () => {
    const panel = bind(EGALAX_7224);
    expect(panel).toMatchObject({ reportId: 4, fingers: 1, wholeFrames: false });
    expect(panel.scanned()).toBeNull();
  });

  test('tells each contact with its number and confidence', () => {
    const panel = bind(EGALAX_7224);
    // Tip and in range, contact 3, confident; X half way, Y a quarter.
    expect(read(panel, '04 8f ff 3f ff 1f')).toEqual({
      ok: true,
      value: [contact(3, true, 0.5, 0.25)],
    });
    expect(read(panel, '04 0d 00 40 00 20')).toMatchObject({
      value: [{ id: 3, confident: false }],
    });
    expect(read(panel, '04 8c 00 00 00 00')).toMatchObject({ value: [{ id: 3, down: false }] });
  });

  test('its mouse and vendor reports are no contacts', () => {
    const panel = bind(EGALAX_7224);
    expect(read(panel, '01 01 00 08 00 08')).toEqual({ ok: true, value: null });
    expect(read(panel, '02 03 00 08 00 08')).toEqual({ ok: true, value: null });
  });
});

describe('a panel of two contacts and a count', () => {
  test('tells as many as the count says, whatever stands in the other slot', () => {
    const panel = bind(TWO_CONTACTS_2219_044C);
    expect(panel).toMatchObject({ reportId: 1, fingers: 2, wholeFrames: true });
    const one = read(panel, '01 07 05 ff 7f 00 00 07 06 00 40 00 40 01');
    expect(one).toEqual({ ok: true, value: [contact(5, true, 1, 0)] });
    const two = read(panel, '01 07 05 ff 7f 00 00 04 06 00 40 00 40 02');
    expect(two).toEqual({
      ok: true,
      value: [contact(5, true, 1, 0), contact(6, false, 0.5, 0.5)],
    });
  });

  test('a place beyond its range contradicts the descriptor, unless the finger has lifted', () => {
    const panel = bind(TWO_CONTACTS_2219_044C);
    expect(read(panel, '01 07 05 ff ff 00 00 00 00 00 00 00 00 01').ok).toBe(false);
    expect(read(panel, '01 04 05 ff ff ff ff 00 00 00 00 00 00 01')).toMatchObject({
      ok: true,
      value: [{ id: 5, down: false }],
    });
  });

  test('three contacts come in two reports', () => {
    const panel = bind(TWO_CONTACTS_2219_044C);
    expect(read(panel, '01 07 01 00 10 00 10 07 02 00 20 00 20 03')).toEqual({
      ok: true,
      value: null,
    });
    const rest = read(panel, '01 07 03 00 30 00 30 00 00 00 00 00 00 00');
    expect(rest.ok && rest.value?.map(({ id }) => id)).toEqual([1, 2, 3]);
  });
});

describe('a tablet with pen, fingers and keys', () => {
  test('is bound by its fingers, not by its pen, and tells its scan time', () => {
    const panel = bind(HUION_2008);
    expect(panel).toMatchObject({ reportId: 4, fingers: 2, wholeFrames: true });
    const finger = '41 ff 3f ff 3f 00 00';
    const none = '00 ff ff ff ff 00 00';
    const report = `04 ${finger} ${none} 10 27 00 00 01 00 00 00 00 00 00 00 00`;
    expect(read(panel, report)).toEqual({ ok: true, value: [contact(1, true, 0.5, 0.5)] });
    expect(panel.scanned()).toEqual({ atMs: 1_000, wrapMs: expect.closeTo(214_748_364.8, 1) });
  });

  test('pen and keys are no contacts', () => {
    const panel = bind(HUION_2008);
    expect(read(panel, '0a 41 00 10 00 10 00 00 00 00')).toEqual({ ok: true, value: null });
    expect(read(panel, '03 00 04 00 00 00 00 00')).toEqual({ ok: true, value: null });
  });
});

test('a keyboard is no touch screen', () => {
  expect(bindDigitizer(hidBytes(KEYBOARD_B1))).toEqual({
    ok: false,
    error: 'no touch screen in the report descriptor',
  });
});
