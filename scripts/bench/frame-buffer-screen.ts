/**
 * The screen as a camera in front of it would see it: a frame buffer, read only when somebody looks. It
 * is dark without power, whatever the file still holds.
 */
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Panel } from '#hal/touchscreen.ts';

/** What the display shows, pixel by pixel. */
export type ScreenSource = Panel & {
  /** Red, green, blue, 255 of each pixel, row by row; only worked out when asked for. */
  readonly pixels: () => Promise<Uint8Array>;
  /** Calls `listener` when the picture may have changed. Costs nothing while nobody listens. */
  readonly onChange: (listener: () => void) => () => void;
};

const OPAQUE = 0xff000000;

/** Blue, green, red, unused to red, green, blue, opaque; 32-bit words, little-endian as this computer's. */
const toRgba = (frame: Uint8Array, words: number): Uint8Array => {
  const out = new Uint32Array(words).fill(OPAQUE);
  // Words begin at multiples of four: a copy does.
  const aligned = frame.byteOffset % 4 === 0 ? frame : frame.slice();
  const from = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
  const count = Math.min(words, from.length);
  for (let at = 0; at < count; at++) {
    const pixel = from[at] ?? 0;
    out[at] = OPAQUE | ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff);
  }
  return new Uint8Array(out.buffer);
};

export const frameBufferScreen = (path: string, panel: Panel, lit: () => boolean) => {
  const listeners = new Set<() => void>();
  const words = panel.widthPx * panel.heightPx;
  let stopWatching = (): void => {};
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const startWatching = (): void => {
    try {
      const watcher = watch(path, { persistent: false }, changed);
      watcher.on('error', () => watcher.close());
      stopWatching = () => watcher.close();
    } catch {
      // There is no frame buffer before the display is first drawn to.
      stopWatching = () => {};
    }
  };
  const source: ScreenSource = {
    ...panel,
    pixels: async () => {
      const frame = lit() ? await readFile(path).catch(() => null) : null;
      return toRgba(frame ?? new Uint8Array(0), words);
    },
    onChange: (listener) => {
      if (listeners.size === 0) startWatching();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopWatching();
      };
    },
  };
  return {
    source,
    /** Power came or went. The file may have been made since somebody began to look. */
    changed: (): void => {
      if (listeners.size > 0) {
        stopWatching();
        startWatching();
      }
      changed();
    },
  };
};
