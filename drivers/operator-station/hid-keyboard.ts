/**
 * The numeric keypad: a HID boot keyboard. Source: Device Class Definition for HID 1.11, appendix B.1
 * (descriptor and report of the boot keyboard), and HID Usage Tables 1.12, section 10 (usages).
 */
import type { StationKey } from '#hal/operator-station.ts';

/** Bytes of a boot report: modifiers, reserved, six usages. */
export const BOOT_REPORT_BYTES = 8;

/** Keys that a boot report can hold at once. */
export const BOOT_KEY_LIMIT = 6;

/** HID 1.11, appendix B.1, as it stands there. */
export const BOOT_KEYBOARD_DESCRIPTOR: Uint8Array = Uint8Array.of(
  ...[0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00],
  ...[0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01],
  ...[0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01],
  ...[0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07],
  ...[0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0],
);

/** HID Usage Tables, 10: 01 to 03 are not keys but errors (roll-over, POST, undefined). */
const FIRST_KEY_USAGE = 0x04;

/** Usages of the keypad block, and of the keys of a full keyboard that mean the same. */
const KEY_OF_USAGE: ReadonlyMap<number, StationKey> = new Map<number, StationKey>([
  [0x54, 'divide'],
  [0x55, 'times'],
  [0x56, 'minus'],
  [0x57, 'plus'],
  [0x58, 'enter'],
  [0x59, '1'],
  [0x5a, '2'],
  [0x5b, '3'],
  [0x5c, '4'],
  [0x5d, '5'],
  [0x5e, '6'],
  [0x5f, '7'],
  [0x60, '8'],
  [0x61, '9'],
  [0x62, '0'],
  // The point and Delete: a bare numeric pad has no Escape, and nobody types a point here.
  [0x63, 'clear'],
  [0x4c, 'clear'],
  [0x29, 'clear'],
  [0x2a, 'erase'],
  [0x28, 'enter'],
  [0x1e, '1'],
  [0x1f, '2'],
  [0x20, '3'],
  [0x21, '4'],
  [0x22, '5'],
  [0x23, '6'],
  [0x24, '7'],
  [0x25, '8'],
  [0x26, '9'],
  [0x27, '0'],
]);

/** The key that a usage stands for; null: none that matters here (Num Lock, letters). */
export const keyOfUsage = (usage: number): StationKey | null => KEY_OF_USAGE.get(usage) ?? null;

/** The usage with which a numeric pad says a key (Backspace for `erase`, which pads carry too). */
export const usageOfKey = (key: StationKey): number => {
  for (const [usage, each] of KEY_OF_USAGE) if (each === key) return usage;
  throw new Error(`no usage for ${key}`);
};

/**
 * The usages held down, from a report; null: not a boot report, or one that says "too many keys at
 * once" (roll-over), which tells nothing of what is held.
 */
export const decodeBootReport = (report: Uint8Array): readonly number[] | null => {
  if (report.length !== BOOT_REPORT_BYTES) return null;
  const usages: number[] = [];
  for (const usage of report.subarray(2)) {
    if (usage === 0) continue;
    if (usage < FIRST_KEY_USAGE) return null;
    if (!usages.includes(usage)) usages.push(usage);
  }
  return usages;
};

/** A report with these usages held; more than six: roll-over in every place. */
export const encodeBootReport = (usages: readonly number[]): Uint8Array => {
  const report = new Uint8Array(BOOT_REPORT_BYTES);
  if (usages.length > BOOT_KEY_LIMIT) return report.fill(0x01, 2);
  report.set(usages, 2);
  return report;
};
