/**
 * The operator station: numeric keypad (HID reports) and two-line display. A key counts once, when
 * it goes down; a key that stays down is told as a fault and does not keep the others from working. A
 * keypad that floods the desk with keys (a broken matrix, water) is not listened to until it rests.
 */
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type { OperatorStation, StationFault, StationKey } from '#hal/operator-station.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { err } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { decodeBootReport, keyOfUsage } from './hid-keyboard.ts';
import type { LcdDisplay } from './lcd-display.ts';
import { makeTroubles, type Troubles } from './troubles.ts';

/** A key held longer than this is stuck, or something lies on the keypad. */
export const STUCK_KEY_MS = 10_000;

/** More keys than this within two seconds no hand presses. */
export const STORM_KEYS = 80;
export const STORM_MS = 2_000;
/** It is over with no more than this many in that time: hands go on typing while it ends. */
const CALM_KEYS = 20;

const fault = (kind: StationFault['kind'], detail: string): StationFault => ({
  device: 'station',
  kind,
  detail,
});

const KEYPAD_ABSENT = fault('absent', 'the keypad is unplugged');

/** Tells a hand from a storm. Returns for each key whether it counts. */
const watchForStorm = (clock: Clock, troubles: Troubles): (() => boolean) => {
  /** When the newest keys went down, those of the last two seconds. */
  let downs: number[] = [];
  let storming = false;
  let stopWaiting = (): void => undefined;
  const calm = (): void => {
    stopWaiting();
    storming = false;
    troubles.end('storm');
  };
  return () => {
    const nowMs = clock.nowMs();
    downs = downs.filter((atMs) => nowMs - atMs < STORM_MS);
    downs.push(nowMs);
    if (downs.length > STORM_KEYS) {
      downs.shift();
      if (!storming) troubles.begin('storm', fault('broken', 'the keypad sends a storm'));
      storming = true;
    } else if (storming && downs.length <= CALM_KEYS) {
      calm();
    }
    if (storming) {
      stopWaiting();
      stopWaiting = clock.after(STORM_MS, calm);
    }
    return !storming;
  };
};

/** Turns reports into keys: what is in a report and was not in the one before went down. */
const watchKeypad = (
  link: ReportLink,
  clock: Clock,
  troubles: Troubles,
  onKey: (key: StationKey) => void,
): void => {
  /** Keys that are down, and how to stop waiting for them to be stuck. */
  const held = new Map<number, () => void>();
  const release = (usage: number): void => {
    held.get(usage)?.();
    held.delete(usage);
    troubles.end(`key ${usage}`);
  };
  const counts = watchForStorm(clock, troubles);
  link.onReport((report) => {
    const usages = decodeBootReport(report);
    if (usages === null) return;
    for (const usage of [...held.keys()]) if (!usages.includes(usage)) release(usage);
    for (const usage of usages) {
      if (held.has(usage)) continue;
      const key = keyOfUsage(usage);
      const name = key ?? `usage ${usage}`;
      const stuck = (): void =>
        troubles.begin(`key ${usage}`, fault('broken', `key ${name} is stuck`));
      held.set(usage, afterSilence(clock, STUCK_KEY_MS, stuck));
      if (key !== null && counts()) onKey(key);
    }
  });
  link.onPresence((present) => {
    // What is wrong now comes first: that a stuck key went with its keypad is no recovery.
    if (!present) troubles.begin('keypad', KEYPAD_ABSENT);
    for (const usage of [...held.keys()]) release(usage);
    if (present) troubles.end('keypad');
  });
};

/**
 * Makes the station. `display` may hang on the power board or on a board of its own
 * (`makeLcdDisplay`).
 */
export const makeOperatorStation = (parts: {
  readonly keypad: ReportLink;
  readonly display: LcdDisplay;
  readonly clock: Clock;
}): OperatorStation => {
  const { keypad, display, clock } = parts;
  const onKey = new Set<(key: StationKey) => void>();
  const troubles = makeTroubles();
  watchKeypad(keypad, clock, troubles, (key) => {
    for (const listener of [...onKey]) listener(key);
  });
  display.onFault((what) => troubles.begin('display', what));
  display.onReturn(() => troubles.end('display'));

  return {
    columns: () => display.columns,
    start: async () => {
      const started = await display.start();
      const present = keypad.present();
      if (!present) troubles.note('keypad');
      return !started.ok || present ? started : err(KEYPAD_ABSENT);
    },
    display: display.show,
    onKey: (listener) => listen(onKey, listener),
    onFault: troubles.onFault,
    onRecovered: troubles.onRecovered,
  };
};
