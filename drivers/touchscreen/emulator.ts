/**
 * The touchscreen as a device: a digitizer that sends HID input reports, described by its own report
 * descriptor, and a display that keeps the last scene and draws it only when somebody looks.
 */
import { type Clock, wait } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import { listen } from '#hal/listen.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import type { ReportDevice } from '../links/memory-report-link.ts';
import type { Display } from './display.ts';
import { sceneToPng } from './raster.ts';

/** The faults that `fail` knows. */
export const TOUCHSCREEN_FAULTS = [
  /** The cable is out. */
  'unplugged',
  /** The next finger never lifts, as far as the panel can tell. */
  'stuckFinger',
  /** A second contact, at a place of its own, comes and goes with every finger. */
  'ghostContact',
  /** Fingers seem to tremble by up to 2 mm. */
  'jitter',
  /** Every finger is lost for a moment and found again. */
  'chatter',
  /** A palm rests on the lower edge of the glass. */
  'restingPalm',
  /** Reports arrive cut short. */
  'garbled',
] as const;
export type TouchscreenFaultName = (typeof TOUCHSCREEN_FAULTS)[number];

export type TouchscreenEmulatorOptions = {
  readonly panel: Panel;
  readonly entropy: Entropy;
  /** The wire, so that the fault `unplugged` can pull it. */
  readonly cable?: { unplug(): void; plug(): void };
  /** How long a finger rests, ms. */
  readonly holdMs?: number;
};

export type TouchscreenEmulator = {
  /** For `makeTouchscreen`. */
  readonly display: Display;
  /**
   * Puts a finger on the glass at a place in millimetres and lifts it; resolves once both are told, and
   * says whether what was under the finger stayed what it was.
   */
  touch(x: number, y: number): Promise<boolean>;
  /** A finger that comes down and stays, by its number (0 to 4); moving it is another `hold`. */
  hold(finger: number, x: number, y: number, widthMm?: number): void;
  lift(finger: number): void;
  /** Brings a fault about, in place of the one before. */
  fail(fault: TouchscreenFaultName): void;
  heal(): void;
  /** What is shown; null before the first scene. */
  scene(): Scene | null;
  /** Calls `listener` with each scene that is presented. */
  onScene(listener: (scene: Scene) => void): () => void;
  /** What is shown as PNG: a dark screen before the first scene. */
  picture(): Promise<Uint8Array>;
};

const FINGERS = 5;
const REPORT_ID = 1;
const FEATURE_REPORT_ID = 2;
const LOGICAL_MAXIMUM = 0x7fff;
const HOLD_MS = 80;
/** Fingers tap no faster: after a touch the glass is left alone for this long. */
const SETTLE_MS = 100;
const PALM_FINGER = 3;
const PALM_WIDTH_MM = 45;
const JITTER_MM = 2;
const FINGER_MM = 9;
const GHOST_FINGER = 4;

/** X, Y, width and height of a contact: 16 bits each, physical size in tenths of a millimetre. */
const FINGER_DESCRIPTOR = [
  ...[0x05, 0x0d], // Usage Page (Digitizers)
  ...[0x09, 0x22], // Usage (Finger)
  ...[0xa1, 0x02], // Collection (Logical)
  ...[0x09, 0x42], //   Usage (Tip Switch)
  ...[0x09, 0x47], //   Usage (Confidence)
  ...[0x15, 0x00, 0x25, 0x01], //   Logical 0 to 1
  ...[0x75, 0x01, 0x95, 0x02], //   2 of 1 bit
  ...[0x81, 0x02], //   Input (Data, Variable, Absolute)
  ...[0x95, 0x06, 0x81, 0x03], //   6 bits of padding: Input (Constant)
  ...[0x09, 0x51], //   Usage (Contact Identifier)
  ...[0x25, 0x7f, 0x75, 0x08, 0x95, 0x01], //   Logical maximum 127, 1 of 8 bits
  ...[0x81, 0x02],
  ...[0x05, 0x01], //   Usage Page (Generic Desktop)
  ...[0x26, 0xff, 0x7f, 0x75, 0x10], //   Logical maximum 32767, 16 bits
  ...[0x55, 0x0e, 0x65, 0x11], //   Unit: centimetre × 10^-2
  ...[0x35, 0x00, 0x46, 0x5a, 0x08], //   Physical 0 to 2138 (213.8 mm)
  ...[0x09, 0x30, 0x81, 0x02], //   Usage (X)
  ...[0x46, 0x38, 0x05], //   Physical maximum 1336 (133.6 mm)
  ...[0x09, 0x31, 0x81, 0x02], //   Usage (Y)
  ...[0x05, 0x0d], //   Usage Page (Digitizers)
  ...[0x09, 0x48, 0x09, 0x49], //   Usage (Width), Usage (Height)
  ...[0x95, 0x02, 0x81, 0x02],
  ...[0xc0], // End Collection
] as const;

/** What the emulated panel says of itself. Its link is made with these bytes. */
export const DIGITIZER_DESCRIPTOR: Uint8Array = Uint8Array.of(
  ...[0x05, 0x0d, 0x09, 0x04], // Usage Page (Digitizers), Usage (Touch Screen)
  ...[0xa1, 0x01], // Collection (Application)
  ...[0x85, REPORT_ID], //   Report ID
  ...Array.from({ length: FINGERS }, () => FINGER_DESCRIPTOR).flat(),
  ...[0x05, 0x0d, 0x09, 0x54], //   Usage (Contact Count)
  ...[0x15, 0x00, 0x25, FINGERS, 0x75, 0x08, 0x95, 0x01],
  ...[0x81, 0x02],
  ...[0x09, 0x56], //   Usage (Scan Time)
  ...[0x27, 0xff, 0xff, 0x00, 0x00, 0x75, 0x10, 0x55, 0x0c, 0x66, 0x01, 0x10], //   16 bits of 100 µs
  ...[0x81, 0x02],
  ...[0x85, FEATURE_REPORT_ID, 0x09, 0x55], //   Report ID, Usage (Contact Count Maximum)
  ...[0x25, FINGERS, 0x75, 0x08, 0xb1, 0x02], //   Feature (Data, Variable, Absolute)
  ...[0xc0], // End Collection
);

type Held = { readonly x: number; readonly y: number; readonly widthMm: number };

/** A panel at the device end of a report link that was made with `DIGITIZER_DESCRIPTOR`. */
export const makeTouchscreenEmulator = (
  device: ReportDevice,
  clock: Clock,
  options: TouchscreenEmulatorOptions,
): TouchscreenEmulator => {
  const { panel, entropy } = options;
  const held = new Map<number, Held>();
  const onScene = new Set<(scene: Scene) => void>();
  let scene: Scene | null = null;
  let fault: TouchscreenFaultName | null = null;
  let stuck = false;
  /** One touch after the other. */
  let turn: Promise<unknown> = Promise.resolve();

  const logical = (share: number): number =>
    Math.round(Math.min(1, Math.max(0, share)) * LOGICAL_MAXIMUM);
  const word = (value: number): readonly number[] => [value & 0xff, value >> 8];
  const tremble = (): number =>
    fault === 'jitter'
      ? (((entropy.bytes(1)[0] ?? 0) / 255) * 2 - 1) * (JITTER_MM / Math.SQRT2)
      : 0;

  const contactBytes = (
    finger: number,
    { x, y, widthMm }: Held,
    down: boolean,
  ): readonly number[] => [
    (down ? 0b01 : 0) | 0b10,
    finger,
    ...word(logical((x + tremble()) / panel.widthMm)),
    ...word(logical((y + tremble()) / panel.heightMm)),
    ...word(logical(widthMm / panel.widthMm)),
    ...word(logical(widthMm / panel.heightMm)),
  ];
  const NO_CONTACT = Array.from({ length: 10 }, () => 0);

  /** Tells all contacts; `lifted` is one that is there no more. */
  const report = (lifted?: readonly [number, Held]): void => {
    const contacts = [...held].map(([finger, at]) => contactBytes(finger, at, true));
    if (lifted !== undefined) contacts.push(contactBytes(...lifted, false));
    const slots = Array.from({ length: FINGERS }, (_, index) => contacts[index] ?? NO_CONTACT);
    const scanTime = Math.floor(clock.nowMs() * 10) & 0xffff;
    const bytes = [REPORT_ID, ...slots.flat(), contacts.length, ...word(scanTime)];
    const whole = fault === 'garbled' ? bytes.slice(0, bytes.length >> 1) : bytes;
    device.report(Uint8Array.from(whole));
  };

  const hold = (finger: number, x: number, y: number, widthMm = FINGER_MM): void => {
    held.set(finger, { x, y, widthMm });
    report();
  };
  const lift = (finger: number): void => {
    const last = held.get(finger);
    if (last === undefined || !held.delete(finger)) return;
    report([finger, last]);
  };

  const touchOnce = async (x: number, y: number): Promise<boolean> => {
    const finger = stuck ? 1 : 0;
    const under = scene;
    hold(finger, x, y);
    if (fault === 'ghostContact') hold(GHOST_FINGER, panel.widthMm - x, panel.heightMm - y);
    const holdMs = options.holdMs ?? HOLD_MS;
    await wait(clock, holdMs / 2);
    if (fault === 'chatter') {
      lift(finger);
      hold(finger, x, y);
    }
    await wait(clock, holdMs / 2);
    if (fault === 'ghostContact') lift(GHOST_FINGER);
    if (fault === 'jitter') hold(finger, x, y);
    if (fault === 'stuckFinger' && !stuck) stuck = true;
    else lift(finger);
    const stayed = scene === under;
    await wait(clock, SETTLE_MS);
    return stayed;
  };

  const heal = (): void => {
    const was = fault;
    fault = null;
    if (was === 'unplugged') options.cable?.plug();
    if (was === 'restingPalm') lift(PALM_FINGER);
    if (stuck) lift(0);
    stuck = false;
  };

  device.onPresence((present) => {
    if (!present) held.clear();
    stuck = false;
  });

  return {
    display: {
      present: (next) => {
        scene = next;
        for (const listener of [...onScene]) listener(next);
      },
    },
    touch: (x, y) => {
      const touched = turn.then(() => touchOnce(x, y));
      turn = touched;
      return touched;
    },
    hold,
    lift,
    fail: (next) => {
      if (fault !== next) heal();
      fault = next;
      if (next === 'unplugged') options.cable?.unplug();
      if (next === 'restingPalm')
        hold(PALM_FINGER, panel.widthMm / 2, panel.heightMm - 5, PALM_WIDTH_MM);
    },
    heal,
    scene: () => scene,
    onScene: (listener) => listen(onScene, listener),
    picture: () => {
      const dark: Scene = { name: 'dark', background: '#000000', nodes: [], spoken: [] };
      return sceneToPng(scene ?? dark, panel);
    },
  };
};
