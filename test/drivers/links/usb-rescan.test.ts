import { expect, test } from 'vitest';
import { lookFor, type Unheard } from '#drivers/links/usb-rescan.ts';

/** Looks one after the other; true where a rescan is due. */
const rescans = (looks: readonly (readonly [address: number | null, known: boolean])[]) => {
  let unheard: Unheard = null;
  return looks.map(([address, known]) => {
    const look = lookFor(unheard, address, known);
    unheard = look.unheard;
    return look.rescan;
  });
};

const AWAY = [null, false] as const;
const HEARD = [8, true] as const;
const UNHEARD = [8, false] as const;

test('for a device that libusb knows, or that is away, there is no rescan', () => {
  expect(rescans([HEARD, HEARD, AWAY, AWAY, AWAY])).toEqual([false, false, false, false, false]);
});

test('libusb has the time of one look to hear of it', () => {
  expect(rescans([AWAY, UNHEARD, HEARD, HEARD])).toEqual([false, false, false, false]);
  expect(rescans([AWAY, UNHEARD, UNHEARD])).toEqual([false, false, true]);
});

test('one rescan for each time it is plugged in, also when it did not help', () => {
  expect(rescans([UNHEARD, UNHEARD, UNHEARD, UNHEARD])).toEqual([false, true, false, false]);
  expect(rescans([UNHEARD, UNHEARD, AWAY, UNHEARD, UNHEARD, UNHEARD])).toEqual([
    ...[false, true],
    ...[false, false, true, false],
  ]);
});

test('another number is another plugging in, although nobody saw it away', () => {
  expect(rescans([UNHEARD, UNHEARD, [9, false], [9, false], [9, false]])).toEqual([
    ...[false, true],
    ...[false, true, false],
  ]);
});

test('one that was heard of and is unknown again has its time anew', () => {
  expect(rescans([UNHEARD, UNHEARD, HEARD, UNHEARD, UNHEARD])).toEqual([
    ...[false, true],
    ...[false, false, true],
  ]);
});
