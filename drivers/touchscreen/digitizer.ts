/**
 * Finds the touch screen in a HID description and reads the contacts out of its input reports, by
 * usage: page 0D (Digitizers), usage 04 (Touch Screen), "HID Usage Tables" 1.12, chapter 16.
 * A frame of more contacts than one report holds comes in several reports (hybrid mode: the first
 * carries the count, the others 0).
 */
import { err, ok, type Result } from '#hal/result.ts';
import {
  type HidDescription,
  type HidField,
  parseReportDescriptor,
  readField,
  standsIn,
  type Usage,
} from './hid-descriptor.ts';

const usage = (page: number, id: number): Usage => ({ page, id });
export const TOUCH_SCREEN = usage(0x0d, 0x04);
const TIP_SWITCH = usage(0x0d, 0x42);
const CONFIDENCE = usage(0x0d, 0x47);
const WIDTH = usage(0x0d, 0x48);
const HEIGHT = usage(0x0d, 0x49);
const CONTACT_ID = usage(0x0d, 0x51);
const CONTACT_COUNT = usage(0x0d, 0x54);
const SCAN_TIME = usage(0x0d, 0x56);

/** The scan time counts these (HID usage table request 46 and Windows' precision panels: 100 µs). */
const SCAN_TICK_MS = 0.1;
const X = usage(0x01, 0x30);
const Y = usage(0x01, 0x31);

/** Contacts of one frame; more are a broken device. */
const MAX_CONTACTS = 16;

/** A place that is touched. */
export type Contact = {
  readonly id: number;
  /** On the glass; false: this report tells that it lifted. */
  readonly down: boolean;
  /** 0 to 1 across the panel, from the left and from the top. */
  readonly x: number;
  readonly y: number;
  /** Size as a share of the panel; 0 when the device does not tell. */
  readonly width: number;
  readonly height: number;
  /** The device takes it for a finger, not for a palm. */
  readonly confident: boolean;
};

/** Where one finger's values stand. */
type FingerFields = {
  readonly tip: HidField;
  readonly x: HidField;
  readonly y: HidField;
  readonly id: HidField | undefined;
  readonly width: HidField | undefined;
  readonly height: HidField | undefined;
  readonly confidence: HidField | undefined;
};

/** The panel's own time. */
export type ScanTime = {
  readonly atMs: number;
  /** It begins at 0 again after this. */
  readonly wrapMs: number;
};

export type Digitizer = {
  /** The report that carries contacts; 0: reports have no id. */
  readonly reportId: number;
  /** Contacts that one report holds. */
  readonly fingers: number;
  /** A frame names every contact there is. False: a report speaks of one contact, and others may be down. */
  readonly wholeFrames: boolean;
  /**
   * Takes one input report. Null: not a report of contacts, or the frame is not complete yet. Error:
   * a report that contradicts the descriptor.
   */
  read(report: Uint8Array): Result<readonly Contact[] | null, string>;
  /** When the panel scanned what the last report told; null: it does not say. */
  scanned(): ScanTime | null;
  /** Forgets a half frame. */
  reset(): void;
};

const means = (field: HidField, { page, id }: Usage): boolean =>
  !field.array && field.usages.some((own) => own.page === page && own.id === id);

/** Fields of each finger: those that share a collection with a tip switch. */
const findFingers = (fields: readonly HidField[]): readonly FingerFields[] =>
  fields
    .filter((field) => means(field, TIP_SWITCH))
    .flatMap((tip) => {
      const beside = fields.filter(
        ({ collection, reportId }) => collection === tip.collection && reportId === tip.reportId,
      );
      const find = (wanted: Usage): HidField | undefined =>
        beside.find((field) => means(field, wanted));
      const x = find(X);
      const y = find(Y);
      if (x === undefined || y === undefined || x.relative || y.relative) return [];
      const id = find(CONTACT_ID);
      const size = { width: find(WIDTH), height: find(HEIGHT), confidence: find(CONFIDENCE) };
      return [{ tip, x, y, id, ...size }];
    });

const spanOf = ({ logicalMinimum, logicalMaximum }: HidField): number =>
  logicalMaximum - logicalMinimum;

const makeDigitizer = (
  description: HidDescription,
  fingers: readonly FingerFields[],
  reportId: number,
  count: HidField | undefined,
  scanTime: HidField | undefined,
): Digitizer => {
  let scanned: ScanTime | null = null;
  let frame: Contact[] = [];
  let owed = 0;
  const valueIn = (report: Uint8Array, field: HidField): number =>
    readField(description, field, report) ?? 0;

  const shareOf = (field: HidField, value: number): number | null => {
    const share = (value - field.logicalMinimum) / spanOf(field);
    return share >= 0 && share <= 1 ? share : null;
  };

  const contactOf = (
    report: Uint8Array,
    finger: FingerFields,
    index: number,
  ): Result<Contact, string> => {
    const down = valueIn(report, finger.tip) !== 0;
    const x = shareOf(finger.x, valueIn(report, finger.x));
    const y = shareOf(finger.y, valueIn(report, finger.y));
    // The place of a contact that lifted may be anything (null state: HID 1.11, 6.2.2.5).
    if (down && (x === null || y === null)) return err('a contact outside the panel');
    const sizeOf = (field: HidField | undefined, axis: HidField): number =>
      field === undefined ? 0 : valueIn(report, field) / spanOf(axis);
    return ok({
      id: finger.id === undefined ? index : valueIn(report, finger.id),
      down,
      x: x ?? 0,
      y: y ?? 0,
      width: sizeOf(finger.width, finger.x),
      height: sizeOf(finger.height, finger.y),
      confident: finger.confidence === undefined || valueIn(report, finger.confidence) !== 0,
    });
  };

  const lastBit = Math.max(
    ...description.fields
      .filter(({ kind, reportId: own }) => kind === 'input' && own === reportId)
      .map(({ bitOffset, bitSize }) => bitOffset + bitSize),
  );
  const bytesNeeded = Math.ceil(lastBit / 8) + (description.numbered ? 1 : 0);

  const reset = (): void => {
    frame = [];
    owed = 0;
  };

  return {
    reportId,
    fingers: fingers.length,
    wholeFrames: count !== undefined || fingers.length > 1,
    reset,
    scanned: () => scanned,
    read: (report) => {
      if (description.numbered && report[0] !== reportId) return ok(null);
      if (report.length < bytesNeeded) return err(`a report of ${report.length} bytes`);
      if (scanTime !== undefined) {
        const wrapMs = (scanTime.logicalMaximum + 1) * SCAN_TICK_MS;
        scanned = { atMs: valueIn(report, scanTime) * SCAN_TICK_MS, wrapMs };
      }
      const told = count === undefined ? fingers.length : valueIn(report, count);
      if (told > 0) {
        reset();
        owed = told;
      }
      if (owed > MAX_CONTACTS) {
        reset();
        return err(`${told} contacts`);
      }
      for (const [index, finger] of fingers.slice(0, owed).entries()) {
        const contact = contactOf(report, finger, index);
        if (!contact.ok) {
          reset();
          return contact;
        }
        frame.push(contact.value);
      }
      owed -= Math.min(owed, fingers.length);
      if (owed > 0) return ok(null);
      const whole = frame;
      frame = [];
      return ok(whole);
    },
  };
};

/** Binds the first touch screen that `descriptor` describes. Error: why there is none. */
export const bindDigitizer = (descriptor: Uint8Array): Result<Digitizer, string> => {
  const parsed = parseReportDescriptor(descriptor);
  if (!parsed.ok) return parsed;
  const description = parsed.value;
  const screen = description.collections.findIndex(
    ({ type, usage: own }) =>
      type === 1 && own.page === TOUCH_SCREEN.page && own.id === TOUCH_SCREEN.id,
  );
  if (screen < 0) return err('no touch screen in the report descriptor');
  const inputs = description.fields.filter(
    (field) => field.kind === 'input' && standsIn(description, field, screen),
  );
  const found = findFingers(inputs);
  const [first] = found;
  if (first === undefined) return err('a touch screen without contacts');
  if (found.some(({ x, y }) => spanOf(x) <= 0 || spanOf(y) <= 0))
    return err('a touch screen without extent');
  const { reportId } = first.tip;
  const fingers = found.filter(({ tip }) => tip.reportId === reportId);
  const count = inputs.find((field) => field.reportId === reportId && means(field, CONTACT_COUNT));
  const scanTime = inputs.find((field) => field.reportId === reportId && means(field, SCAN_TIME));
  return ok(makeDigitizer(description, fingers, reportId, count, scanTime));
};
