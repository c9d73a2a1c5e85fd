/**
 * The voter's keypad as a device: fingers press keys, the keypad sends HID input reports, described
 * by its own report descriptor: arrows and Enter as a keyboard, the rest as consumer controls.
 */
import { type Clock, wait } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import type { ReportDevice } from '../links/memory-report-link.ts';
import { KEY_USAGES } from './keypad-reports.ts';

/** The faults that `fail` knows. */
export const TACTILE_KEYPAD_FAULTS = [
  /** The cable is out. */
  'unplugged',
  /** The next key stays down, whatever the finger does. */
  'stuckKey',
  /** Contacts chatter: each key goes down, up and down again within a few milliseconds. */
  'bounce',
  /** Keys that nobody presses, by the dozen, for three seconds. */
  'storm',
  /** Reports arrive cut short. */
  'garbled',
] as const;
export type TactileKeypadFaultName = (typeof TACTILE_KEYPAD_FAULTS)[number];

export type TactileKeypadEmulator = {
  /** A finger presses a key and lifts; resolves once both are told. */
  press(key: TactileKey): Promise<void>;
  /** A finger comes down on a key and stays. */
  hold(key: TactileKey): void;
  release(key: TactileKey): void;
  /** Brings a fault about, in place of the one before. */
  fail(fault: TactileKeypadFaultName): void;
  heal(): void;
};

export type TactileKeypadOptions = {
  readonly entropy: Entropy;
  /** The wire, so that the fault `unplugged` can pull it. */
  readonly cable?: { unplug(): void; plug(): void };
  /** How long a finger rests on a key, ms. */
  readonly holdMs?: number;
};

const HOLD_MS = 60;
/** Fingers press no faster: a key that came up stays up for twice this long. */
const SETTLE_MS = 80;
/** A chattering contact opens once more, and closes again, in less than this. */
const CHATTER_MS = 9;
const STORM_MS = 3_000;
const STORM_INTERVAL_MS = 16;

const KEYBOARD_REPORT = 1;
const CONSUMER_REPORT = 2;
/** Keys that the keyboard's report holds at once. */
const KEY_PLACES = 6;
const CONSUMER_USAGES = [0xe9, 0xea, 0xb3, 0xb4, 0x72] as const;

/** What the emulated keypad says of itself. Its link is made with these bytes. */
export const TACTILE_KEYPAD_DESCRIPTOR: Uint8Array = Uint8Array.of(
  ...[0x05, 0x01, 0x09, 0x07, 0xa1, 0x01], // Generic Desktop, Keypad, Collection (Application)
  ...[0x85, KEYBOARD_REPORT], //   Report ID
  ...[0x05, 0x07, 0x19, 0x00, 0x29, 0x65], //   Keyboard page, usages 0 to 65h
  ...[0x15, 0x00, 0x25, 0x65, 0x75, 0x08, 0x95, KEY_PLACES], //   6 of 8 bits, 0 to 65h
  ...[0x81, 0x00], //   Input (Data, Array)
  0xc0, // End Collection
  ...[0x05, 0x0c, 0x09, 0x01, 0xa1, 0x01], // Consumer page, Consumer Control, Application
  ...[0x85, CONSUMER_REPORT], //   Report ID
  ...[0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, CONSUMER_USAGES.length], //   5 of 1 bit
  ...CONSUMER_USAGES.flatMap((usage) => [0x09, usage]),
  ...[0x81, 0x02], //   Input (Data, Variable, Absolute)
  ...[0x95, 8 - CONSUMER_USAGES.length, 0x81, 0x03], //   Padding: Input (Constant)
  0xc0, // End Collection
);

const STORM_KEYS: readonly TactileKey[] = ['up', 'down', 'left', 'right', 'select', 'louder'];

/** A keypad at the device end of a report link that was made with `TACTILE_KEYPAD_DESCRIPTOR`. */
export const makeTactileKeypadEmulator = (
  device: ReportDevice,
  clock: Clock,
  { entropy, cable, holdMs = HOLD_MS }: TactileKeypadOptions,
): TactileKeypadEmulator => {
  /** Fingers, and keys that stay down without one. */
  const held = new Set<TactileKey>();
  let fault: TactileKeypadFaultName | null = null;
  let stuck: TactileKey | null = null;
  /** Counts faults: a storm ends with its own. */
  let session = 0;
  let turn: Promise<void> = Promise.resolve();

  const send = (bytes: readonly number[]): void => {
    const whole = fault === 'garbled' ? bytes.slice(0, bytes.length - 1) : bytes;
    device.report(Uint8Array.from(whole));
  };
  const usageOf = (key: TactileKey) => KEY_USAGES.find((each) => each.key === key)?.usage;

  /** Tells the state of the report in which `key` stands. */
  const report = (key: TactileKey): void => {
    const usages = [...held].flatMap((each) => usageOf(each) ?? []);
    if (usageOf(key)?.page === 0x0c) {
      const on = (id: number): boolean =>
        usages.some((usage) => usage.page === 0x0c && usage.id === id);
      const bits = CONSUMER_USAGES.reduce((sum, id, bit) => sum | (on(id) ? 1 << bit : 0), 0);
      send([CONSUMER_REPORT, bits]);
      return;
    }
    const ids = usages.filter(({ page }) => page === 0x07).map(({ id }) => id);
    const places = Array.from({ length: KEY_PLACES }, (_, index) => ids[index] ?? 0);
    send([KEYBOARD_REPORT, ...places]);
  };

  const hold = (key: TactileKey): void => {
    held.add(key);
    report(key);
  };
  const release = (key: TactileKey): void => {
    if (key === stuck || !held.delete(key)) return;
    report(key);
  };

  const pressOnce = async (key: TactileKey): Promise<void> => {
    hold(key);
    if (fault === 'stuckKey' && stuck === null) stuck = key;
    if (fault === 'bounce') {
      await wait(clock, CHATTER_MS);
      release(key);
      hold(key);
    }
    await wait(clock, holdMs);
    release(key);
    // In two: whoever listens in this process has heard of the release before the second begins, so that no
    // pause of a busy machine makes it shorter.
    await wait(clock, SETTLE_MS);
    await wait(clock, SETTLE_MS);
  };

  const storm = (untilMs: number, own: number): void => {
    if (own !== session || clock.nowMs() >= untilMs) return;
    const key = STORM_KEYS[(entropy.bytes(1)[0] ?? 0) % STORM_KEYS.length] ?? 'up';
    hold(key);
    release(key);
    clock.after(STORM_INTERVAL_MS, () => storm(untilMs, own));
  };

  const heal = (): void => {
    const was = fault;
    const lifted = stuck;
    fault = null;
    stuck = null;
    session++;
    if (lifted !== null) release(lifted);
    if (was === 'unplugged') cable?.plug();
  };

  device.onPresence((present) => {
    if (!present) held.clear();
    stuck = null;
  });

  return {
    press: (key) => {
      turn = turn.then(() => pressOnce(key));
      return turn;
    },
    hold,
    release,
    fail: (next) => {
      if (fault !== next) heal();
      fault = next;
      if (next === 'unplugged') cable?.unplug();
      if (next === 'storm') storm(clock.nowMs() + STORM_MS, session);
    },
    heal,
  };
};
