/**
 * The touchscreen: scenes to a display, touches from a HID digitizer. The panel is bound by what its
 * report descriptor says, again after every plug, and every fault is told once until it is over.
 */
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { Panel, Touch, Touchscreen, TouchscreenFault } from '#hal/touchscreen.ts';
import { afterSilence } from '../patience.ts';
import { bindDigitizer, type Contact, type Digitizer } from './digitizer.ts';
import type { Display } from './display.ts';
import {
  type GlassContact,
  type GlassState,
  initialGlass,
  PALM_MM,
  STUCK_MS,
  stepGlass,
} from './touches.ts';

export type TouchscreenParts = {
  readonly reports: ReportLink;
  readonly display: Display;
  readonly panel: Panel;
  readonly clock: Clock;
  /** Makes the sound of `beep`; without it a beep is silent. */
  readonly beeper?: (durationMs: number) => void;
};

/** Damaged reports in a row from which the panel is told as garbled. */
const GARBLED_REPORTS = 5;

const fault = (kind: TouchscreenFault['kind'], detail: string): TouchscreenFault => ({
  device: 'touchscreen',
  kind,
  detail,
});

const onGlass =
  ({ widthMm, heightMm }: Panel) =>
  ({ id, down, x, y, width, height, confident }: Contact): GlassContact => {
    const palm = !confident || width * widthMm > PALM_MM || height * heightMm > PALM_MM;
    return { id, down, x: x * widthMm, y: y * heightMm, palm };
  };

/** Time since the panel was bound, by the panel's own count where it has one, ms. */
const makePanelTime = (clock: Clock) => {
  let totalMs = 0;
  let last: { readonly nowMs: number; readonly scannedMs: number | null } | null = null;
  return {
    /** After each frame. */
    of: (digitizer: Digitizer): number => {
      const nowMs = clock.nowMs();
      const scanned = digitizer.scanned();
      if (last !== null) {
        const passedMs = nowMs - last.nowMs;
        const counted =
          scanned === null || last.scannedMs === null || passedMs > scanned.wrapMs / 2
            ? null
            : (scanned.atMs - last.scannedMs + scanned.wrapMs) % scanned.wrapMs;
        totalMs += counted ?? passedMs;
      }
      last = { nowMs, scannedMs: scanned?.atMs ?? null };
      return totalMs;
    },
    passed: (): number => totalMs,
  };
};

export const makeTouchscreen = (parts: TouchscreenParts): Touchscreen => {
  const { reports, display, panel, clock, beeper } = parts;
  const onTouch = new Set<(touch: Touch) => void>();
  const onFault = new Set<(fault: TouchscreenFault) => void>();
  const toContact = onGlass(panel);
  let sceneNumber = 0;
  let glass: GlassState = initialGlass;
  let garbled = 0;
  let stopStuckTimer = (): void => {};
  const panelTime = makePanelTime(clock);
  let digitizer: Result<Digitizer, TouchscreenFault> = err(fault('absent', 'no touch panel'));

  const tell = (what: TouchscreenFault): void => {
    for (const listener of [...onFault]) listener(what);
  };

  const advance = (contacts: readonly GlassContact[] | null): void => {
    const panelMs =
      contacts !== null && digitizer.ok ? panelTime.of(digitizer.value) : panelTime.passed();
    const [next, outputs] = stepGlass(glass, {
      contacts,
      whole: digitizer.ok && digitizer.value.wholeFrames,
      nowMs: clock.nowMs(),
      panelMs,
      sceneNumber,
    });
    glass = next;
    stopStuckTimer();
    if (glass.down.size > 0) stopStuckTimer = afterSilence(clock, STUCK_MS, () => advance(null));
    for (const output of outputs) {
      switch (output.kind) {
        case 'touch': {
          const { x, y, sceneNumber: shown, heldMs } = output;
          for (const listener of [...onTouch]) listener({ x, y, sceneNumber: shown, heldMs });
          break;
        }
        case 'stuck':
          tell(fault('broken', `a contact has stayed on the glass for ${STUCK_MS / 1000} s`));
          break;
      }
    }
  };

  const forget = (): void => {
    stopStuckTimer();
    glass = initialGlass;
    garbled = 0;
  };

  const bind = (): void => {
    forget();
    const bound = bindDigitizer(reports.descriptor());
    digitizer = bound.ok ? bound : err(fault('garbled', bound.error));
    if (!digitizer.ok) tell(digitizer.error);
  };

  if (reports.present()) bind();
  reports.onPresence((present) => {
    if (present) return bind();
    forget();
    digitizer = err(fault('absent', 'the touch panel was unplugged'));
    tell(digitizer.error);
  });
  reports.onReport((report) => {
    if (!digitizer.ok) return;
    const frame = digitizer.value.read(report);
    if (!frame.ok) {
      garbled++;
      if (garbled === GARBLED_REPORTS) tell(fault('garbled', frame.error));
    } else if (frame.value !== null) {
      garbled = 0;
      advance(frame.value.map(toContact));
    }
  });

  return {
    panel: () => panel,
    show: (scene) => {
      sceneNumber++;
      display.present(scene);
      return sceneNumber;
    },
    onTouch: (listener) => listen(onTouch, listener),
    onFault: (listener) => listen(onFault, listener),
    check: () => Promise.resolve(digitizer.ok ? done : digitizer),
    beep: (durationMs) => beeper?.(durationMs),
  };
};
