/**
 * A virtual machine's screen for eyes and pages: a picture is taken when somebody looks, and, as nobody tells
 * of changes, again and again while somebody waits for one.
 */
import type { Panel } from '#hal/touchscreen.ts';
import type { ScreenSource } from '../bench/frame-buffer-screen.ts';
import type { QmpClient } from './qmp.ts';
import { takePicture } from './screen.ts';

/** Between two pictures while somebody waits for a change, ms. */
const LOOK_MS = 150;
/** A picture is as good as new for so long. */
const FRESH_MS = 40;

/** `monitor`: of the machine that runs; null: the screen is dark. */
export const makeMachineScreen = (
  panel: Panel,
  file: string,
  monitor: () => QmpClient | null,
): { readonly source: ScreenSource; readonly changed: () => void } => {
  const listeners = new Set<() => void>();
  const dark = (): Uint8Array => {
    const pixels = new Uint8Array(4 * panel.widthPx * panel.heightPx);
    for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
    return pixels;
  };
  let last = dark();
  let takenMs = Number.NEGATIVE_INFINITY;
  /** One picture at a time. */
  let turn: Promise<unknown> = Promise.resolve();
  const changed = (): void => {
    takenMs = Number.NEGATIVE_INFINITY;
    for (const listener of [...listeners]) listener();
  };
  const take = async (): Promise<Uint8Array> => {
    if (performance.now() - takenMs < FRESH_MS) return last;
    const asked = monitor();
    const picture = asked === null ? null : await takePicture(asked, file).catch(() => null);
    takenMs = performance.now();
    // Before the unit has set its mode the picture is another's: the firmware's, or a text console.
    const fits = picture?.widthPx === panel.widthPx && picture.heightPx === panel.heightPx;
    last = picture !== null && fits ? picture.rgba : dark();
    return last;
  };
  const pixels = (): Promise<Uint8Array> => {
    const next = turn.then(take);
    turn = next;
    return next;
  };
  let timer: NodeJS.Timeout | null = null;
  const watch = (): void => {
    timer = setTimeout(async () => {
      const before = last;
      const now = await pixels();
      if (Buffer.compare(before, now) !== 0) for (const listener of [...listeners]) listener();
      if (listeners.size > 0) watch();
      else timer = null;
    }, LOOK_MS);
  };
  return {
    changed,
    source: {
      ...panel,
      pixels,
      onChange: (listener) => {
        listeners.add(listener);
        if (timer === null) watch();
        return () => {
          listeners.delete(listener);
        };
      },
    },
  };
};
