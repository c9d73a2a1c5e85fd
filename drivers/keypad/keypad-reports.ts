/**
 * Finds the keys of a voter's keypad in a HID description and reads which are down out of its input
 * reports, by usage and not by model: "HID Usage Tables" 1.12, chapters 10 (Keyboard/Keypad Page) and
 * 15 (Consumer Page); fields as in "Device Class Definition for HID" 1.11, 6.2.2.5. Pure.
 */
import { err, ok, type Result } from '#hal/result.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import {
  type HidDescription,
  type HidField,
  parseReportDescriptor,
  readField,
  standsIn,
  type Usage,
} from '../touchscreen/hid-descriptor.ts';

const KEYBOARD_PAGE = 0x07;
const CONSUMER_PAGE = 0x0c;

/** What is a keypad: Keyboard, Keypad (chapter 4), Consumer Control (chapter 15). */
const APPLICATIONS: readonly Usage[] = [
  { page: 0x01, id: 0x06 },
  { page: 0x01, id: 0x07 },
  { page: CONSUMER_PAGE, id: 0x01 },
];

type KeyUsage = { readonly usage: Usage; readonly key: TactileKey };

const keyboard = (id: number, key: TactileKey): KeyUsage => ({
  usage: { page: KEYBOARD_PAGE, id },
  key,
});
const consumer = (id: number, key: TactileKey): KeyUsage => ({
  usage: { page: CONSUMER_PAGE, id },
  key,
});

/** For each key the usage that a keypad of this kind is built with first, then others that mean it. */
export const KEY_USAGES: readonly KeyUsage[] = [
  keyboard(0x52, 'up'),
  keyboard(0x51, 'down'),
  keyboard(0x50, 'left'),
  keyboard(0x4f, 'right'),
  keyboard(0x28, 'select'),
  keyboard(0x58, 'select'),
  consumer(0xe9, 'louder'),
  consumer(0xea, 'softer'),
  // Fast Forward and Rewind; on a plain keyboard the plus and minus of its number block.
  consumer(0xb3, 'faster'),
  consumer(0xb4, 'slower'),
  keyboard(0x57, 'faster'),
  keyboard(0x56, 'slower'),
  // Display Backlight Toggle (HID usage table request 41).
  consumer(0x72, 'screen'),
];

/** The keyboard page's first three usages are no keys but "too many keys", "failed", "undefined". */
const LAST_ERROR_USAGE = 0x03;

const keyOf = ({ page, id }: Usage): TactileKey | null =>
  KEY_USAGES.find(({ usage }) => usage.page === page && usage.id === id)?.key ?? null;

export type KeypadLayout = {
  readonly description: HidDescription;
  /** Of the reports that carry keys, by report id: their fields and least length in bytes. */
  readonly reports: ReadonlyMap<
    number,
    { readonly fields: readonly HidField[]; readonly bytes: number }
  >;
};

/** Finds the keypad that `descriptor` describes. Error: why there is none. */
export const bindKeypad = (descriptor: Uint8Array): Result<KeypadLayout, string> => {
  const parsed = parseReportDescriptor(descriptor);
  if (!parsed.ok) return parsed;
  const description = parsed.value;
  const applications = [...description.collections.entries()]
    .filter(
      ([, { type, usage }]) =>
        type === 1 && APPLICATIONS.some(({ page, id }) => page === usage.page && id === usage.id),
    )
    .map(([index]) => index);
  if (applications.length === 0) return err('no keypad in the report descriptor');
  const inputs = description.fields.filter(({ kind }) => kind === 'input');
  const keys = inputs.filter(
    (field) =>
      applications.some((application) => standsIn(description, field, application)) &&
      field.usages.some((usage) => keyOf(usage) !== null),
  );
  const found = new Set(keys.flatMap(({ usages }) => usages.flatMap((one) => keyOf(one) ?? [])));
  for (const needed of ['up', 'down', 'select'] as const)
    if (!found.has(needed)) return err(`a keypad without a key for "${needed}"`);
  const reports = new Map<number, { fields: HidField[]; bytes: number }>();
  for (const field of keys) {
    const known = reports.get(field.reportId);
    if (known === undefined) reports.set(field.reportId, { fields: [field], bytes: 0 });
    else known.fields.push(field);
  }
  for (const [reportId, report] of reports) {
    const ends = inputs
      .filter((field) => field.reportId === reportId)
      .map(({ bitOffset, bitSize }) => bitOffset + bitSize);
    report.bytes = Math.ceil(Math.max(...ends) / 8) + (description.numbered ? 1 : 0);
  }
  return ok({ description, reports });
};

/** What a report says of the keys that it carries. */
export type KeysTold = {
  readonly reportId: number;
  /** Keys that are down, each once. */
  readonly down: readonly TactileKey[];
};

/** The usage that `value` names in `field`; null: none. */
const usageIn = (field: HidField, value: number): Usage | null => {
  if (!field.array) return value === 0 ? null : (field.usages[0] ?? null);
  return field.usages[value - field.logicalMinimum] ?? null;
};

/**
 * Reads one input report. Null: it tells nothing of keys (another report, or a keyboard that says
 * "too many keys at once"). Error: a report that contradicts the descriptor.
 */
export const readKeys = (
  { description, reports }: KeypadLayout,
  report: Uint8Array,
): Result<KeysTold | null, string> => {
  const reportId = description.numbered ? (report[0] ?? 0) : 0;
  const told = reports.get(reportId);
  if (told === undefined) return ok(null);
  if (report.length < told.bytes) return err(`a report of ${report.length} bytes`);
  const down: TactileKey[] = [];
  for (const field of told.fields) {
    const value = readField(description, field, report) ?? 0;
    const usage = usageIn(field, value);
    if (usage === null) continue;
    if (usage.page === KEYBOARD_PAGE && usage.id > 0 && usage.id <= LAST_ERROR_USAGE)
      return ok(null);
    const key = keyOf(usage);
    if (key !== null && !down.includes(key)) down.push(key);
  }
  return ok({ reportId, down });
};
