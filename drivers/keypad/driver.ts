/**
 * The voter's tactile keypad: keys out of HID reports. A key counts once, when it goes down; what
 * chatters, stays down or floods is told as a fault and never becomes keys that nobody pressed.
 */
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { TactileKey, TactileKeypad, TactileKeypadFault } from '#hal/tactile-keypad.ts';
import { afterSilence } from '../patience.ts';
import { bindKeypad, type KeypadLayout, readKeys } from './keypad-reports.ts';

/**
 * A key that goes down again within this after it came up did not come up: its contact bounced. Contacts
 * chatter for some 20 ms; nobody presses a key twice within 80.
 */
export const BOUNCE_MS = 30;
/** A key held longer than this is stuck, or something lies on the keypad. */
export const STUCK_KEY_MS = 10_000;
/**
 * More keys than this within a seventh of a second are no fingers. A vote that is on the screen to be
 * confirmed is three keys away (one wakes the keypad, one moves, one selects): a storm must not get so far.
 */
export const STORM_KEYS = 2;
const STORM_WINDOW_MS = 150;
/** After a storm keys count again once none came for this long. */
export const CALM_MS = 500;
/** Damaged reports in a row from which the keypad is told as garbled. */
export const GARBLED_REPORTS = 5;

const fault = (kind: TactileKeypadFault['kind'], detail: string): TactileKeypadFault => ({
  device: 'keypad',
  kind,
  detail,
});

type Held = { readonly reportId: number; readonly stopStuckTimer: () => void };

type Keys = {
  /** One report: the keys of this report id that are down. */
  take(reportId: number, down: readonly TactileKey[]): void;
  forget(): void;
  readonly stuck: ReadonlySet<TactileKey>;
};

/** Tells keys as they go down, once. */
const watchKeys = (
  clock: Clock,
  onKey: (key: TactileKey) => void,
  onBroken: (detail: string) => void,
): Keys => {
  const held = new Map<TactileKey, Held>();
  const releasedAtMs = new Map<TactileKey, number>();
  const stuck = new Set<TactileKey>();
  /** Times of the last keys that went down, oldest first. */
  let recentMs: number[] = [];
  let storm = false;

  const release = (key: TactileKey): void => {
    held.get(key)?.stopStuckTimer();
    held.delete(key);
    stuck.delete(key);
    releasedAtMs.set(key, clock.nowMs());
  };

  /** False: part of a flood. */
  const isCalm = (nowMs: number): boolean => {
    const lastMs = recentMs.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (storm && nowMs - lastMs >= CALM_MS) {
      storm = false;
      recentMs = [];
    }
    recentMs = [...recentMs.filter((atMs) => nowMs - atMs < STORM_WINDOW_MS), nowMs].slice(
      -STORM_KEYS - 1,
    );
    if (!storm && recentMs.length > STORM_KEYS) {
      storm = true;
      onBroken(`more than ${STORM_KEYS} keys in ${STORM_WINDOW_MS} ms`);
    }
    return !storm;
  };

  const press = (key: TactileKey, reportId: number): void => {
    const nowMs = clock.nowMs();
    const bounced = nowMs - (releasedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < BOUNCE_MS;
    const stopStuckTimer = afterSilence(clock, STUCK_KEY_MS, () => {
      stuck.add(key);
      onBroken(`key ${key} is stuck`);
    });
    held.set(key, { reportId, stopStuckTimer });
    if (!bounced && isCalm(nowMs)) onKey(key);
  };

  return {
    stuck,
    take: (reportId, down) => {
      for (const [key, { reportId: own }] of [...held])
        if (own === reportId && !down.includes(key)) release(key);
      for (const key of down) if (!held.has(key)) press(key, reportId);
    },
    forget: () => {
      for (const { stopStuckTimer } of held.values()) stopStuckTimer();
      held.clear();
      stuck.clear();
      releasedAtMs.clear();
      recentMs = [];
      storm = false;
    },
  };
};

export type KeypadParts = { readonly reports: ReportLink; readonly clock: Clock };

export const makeTactileKeypad = ({ reports, clock }: KeypadParts): TactileKeypad => {
  const onKey = new Set<(key: TactileKey) => void>();
  const onFault = new Set<(fault: TactileKeypadFault) => void>();
  let garbled = 0;
  let layout: Result<KeypadLayout, TactileKeypadFault> = err(fault('absent', 'no keypad'));
  const tell = (what: TactileKeypadFault): void => {
    for (const listener of [...onFault]) listener(what);
  };
  const keys = watchKeys(
    clock,
    (key) => {
      for (const listener of [...onKey]) listener(key);
    },
    (detail) => tell(fault('broken', detail)),
  );

  const bind = (): void => {
    keys.forget();
    garbled = 0;
    const bound = bindKeypad(reports.descriptor());
    layout = bound.ok ? bound : err(fault('garbled', bound.error));
    if (!layout.ok) tell(layout.error);
  };

  if (reports.present()) bind();
  reports.onPresence((present) => {
    if (present) {
      bind();
      return;
    }
    keys.forget();
    layout = err(fault('absent', 'the keypad was unplugged'));
    tell(layout.error);
  });
  reports.onReport((report) => {
    if (!layout.ok) return;
    const told = readKeys(layout.value, report);
    if (!told.ok) {
      garbled++;
      if (garbled === GARBLED_REPORTS) tell(fault('garbled', told.error));
      return;
    }
    garbled = 0;
    if (told.value !== null) keys.take(told.value.reportId, told.value.down);
  });

  const check = (): Result<void, TactileKeypadFault> => {
    if (!layout.ok) return layout;
    const [key] = keys.stuck;
    return key === undefined ? done : err(fault('broken', `key ${key} is stuck`));
  };
  return {
    onKey: (listener) => listen(onKey, listener),
    onFault: (listener) => listen(onFault, listener),
    check: () => Promise.resolve(check()),
  };
};
