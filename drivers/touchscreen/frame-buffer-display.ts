/**
 * Scenes on a Linux frame buffer, or in a plain file of the same layout that stands in for one.
 * `present` only takes note of the scene: it is drawn in a later turn of the event loop, changed rows
 * alone are written, and while one is under way only the newest of the next ones is kept. So touches
 * are handled between two drawings, and a display that is slow shows fewer scenes instead of late ones.
 */
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel, TouchscreenFault } from '#hal/touchscreen.ts';
import type { Display } from './display.ts';
import { type FrameGeometry, geometryFault } from './frame-buffer.ts';
import { makePainter, type Painter } from './painter.ts';

/** A display that could not be written to is tried again after this. */
const RETRY_MS = 500;

const NO_FRAME = { strideBytes: 0, heightPx: 0 };

export type FrameBufferDisplay = Display & {
  /** Why nothing can be shown now. */
  check(): Result<void, TouchscreenFault>;
  /** Told once when the display is lost, and not again before it was back. */
  onFault(listener: (fault: TouchscreenFault) => void): () => void;
  close(): Promise<void>;
};

export type FrameBufferOptions = {
  /** The device, for example `/dev/fb0`; a plain file is made if there is none. */
  readonly path: string;
  readonly panel: Panel;
  /** What it looks like, or why that is not known: then nothing can be shown. */
  readonly geometry: Result<FrameGeometry, string>;
  readonly clock: Clock;
};

const fault = (kind: TouchscreenFault['kind'], detail: string): TouchscreenFault => ({
  device: 'touchscreen',
  kind,
  detail,
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/**
 * What the kernel says of a frame buffer in its folder, for example /sys/class/graphics/fb0. The
 * visible size stands in `modes` (`U:1280x800p-60`); `virtual_size` may hold more than one screen.
 */
export const readGeometry = (folder: string): Result<FrameGeometry, string> => {
  const text = (name: string): string => {
    try {
      return readFileSync(join(folder, name), 'utf8').trim();
    } catch {
      return '';
    }
  };
  const size =
    /(\d+)x(\d+)/.exec(text('modes')) ?? /^(\d+),(\d+)$/.exec(text('virtual_size')) ?? [];
  const geometry = {
    widthPx: Number(size[1] ?? 0),
    heightPx: Number(size[2] ?? 0),
    bitsPerPixel: Number(text('bits_per_pixel')),
    strideBytes: Number(text('stride')),
  };
  const wrong = geometryFault(geometry);
  return wrong === null ? ok(geometry) : err(`${folder}: ${wrong}`);
};

/** Opens the device; a path outside /dev that is not there becomes a file of the frame's size. */
const openPixels = async (path: string, frameBytes: number): Promise<FileHandle> => {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || path.startsWith('/dev/')) throw error;
    const file = await open(path, 'w+');
    await file.truncate(frameBytes);
    return file;
  }
};

/** Loads canvas and fonts before it resolves, so that the first touch does not wait for them. */
export const openFrameBufferDisplay = async (
  options: FrameBufferOptions,
): Promise<FrameBufferDisplay> => {
  const { path, panel, geometry, clock } = options;
  const listeners = new Set<(fault: TouchscreenFault) => void>();
  const made = geometry.ok ? await makePainter(panel, geometry.value) : geometry;
  const { strideBytes, heightPx } = geometry.ok ? geometry.value : NO_FRAME;
  let file: FileHandle | null = null;
  let trouble: TouchscreenFault | null = made.ok ? null : fault('broken', made.error);
  let newest: Scene | null = null;
  let working: Promise<void> | null = null;
  let closed = false;
  let cancelBegin = (): void => undefined;

  const lose = (what: TouchscreenFault): void => {
    const isNews = trouble === null;
    trouble = what;
    if (isNews) for (const listener of [...listeners]) listener(what);
  };

  /** One scene: draws it and writes its rows. False: the device took them not. */
  const show = async (painter: Painter, scene: Scene): Promise<boolean> => {
    try {
      if (file === null) {
        file = await openPixels(path, strideBytes * heightPx);
        painter.forget();
      }
      for (const { from, bytes } of painter.paint(scene))
        await file.write(bytes, 0, bytes.length, from * strideBytes);
      trouble = null;
      return true;
    } catch (error) {
      const code = codeOf(error);
      const kind = code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' ? 'absent' : 'broken';
      lose(fault(kind, `${path}: ${code}`));
      await file?.close().catch(() => undefined);
      file = null;
      return false;
    }
  };

  /** Shows the newest scene until there is none newer. False: the last one could not be shown. */
  const work = async (painter: Painter): Promise<boolean> => {
    while (newest !== null && !closed) {
      const scene = newest;
      newest = null;
      if (await show(painter, scene)) continue;
      newest ??= scene;
      return false;
    }
    return true;
  };
  const begin = (): void => {
    if (!made.ok || closed || working !== null) return;
    working = work(made.value).then((shown) => {
      working = null;
      if (newest !== null && !closed) beginAfter(shown ? 0 : RETRY_MS);
    });
  };
  const beginAfter = (delayMs: number): void => {
    cancelBegin();
    cancelBegin = clock.after(delayMs, begin);
  };

  return {
    present: (scene) => {
      newest = scene;
      if (working === null) beginAfter(0);
    },
    check: () => (trouble === null ? done : err(trouble)),
    onFault: (listener) => listen(listeners, listener),
    close: async () => {
      closed = true;
      cancelBegin();
      await working;
      await file?.close();
      file = null;
    },
  };
};
