/**
 * Paints scenes for a frame buffer: compares a scene with the one before, draws only what differs,
 * and packs only the rows that changed.
 *
 * Give the event loop a turn between two paints: the canvas frees its pictures there, and memory
 * grows without bounds otherwise.
 */

import { err, ok, type Result } from '#hal/result.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { loadCanvas } from './canvas.ts';
import { makeComposer } from './composer.ts';
import { type FrameGeometry, geometryFault, packBox } from './frame-buffer.ts';
import type { PixelBox } from './pixels.ts';
import { bandsOf, changedMarks, type Mark, marksOf } from './scene-marks.ts';
import { MAX_TILE_BYTES, makeTiles } from './tiles.ts';

/** Whole rows of the frame. */
export type PaintedRows = {
  /** First row, and the row after the last. */
  readonly from: number;
  readonly to: number;
  /** `(to - from) * strideBytes` bytes; a view that the next paint may change: write or copy it before. */
  readonly bytes: Uint8Array;
};

export type Painter = {
  /** Draws `scene`. Returns the rows that differ from the paint before, top first: none when it looks the same. */
  paint(scene: Scene): readonly PaintedRows[];
  /** Makes the next paint a whole one: the frame buffer was written by somebody else, or came back. */
  forget(): void;
  /** The packed frame as it stands. */
  frame(): Uint8Array;
  /** Bytes of cached pictures, for measures. */
  cachedBytes(): number;
};

/** A painter for `panel`, whose frame buffer is `geometry`. Error: why it can not be drawn to. */
export const makePainter = async (
  panel: Panel,
  geometry: FrameGeometry,
  maxTileBytes = MAX_TILE_BYTES,
): Promise<Result<Painter, string>> => {
  const wrong = geometryFault(geometry);
  if (wrong !== null) return err(wrong);
  const { widthPx, heightPx } = panel;
  if (geometry.widthPx !== widthPx || geometry.heightPx !== heightPx)
    return err(
      `a frame buffer of ${geometry.widthPx} by ${geometry.heightPx} pixels for a panel of ${widthPx} by ${heightPx}`,
    );
  const canvas = await loadCanvas();
  const { context } = canvas.make(widthPx, heightPx);
  const tiles = makeTiles(maxTileBytes);
  const compose = makeComposer(canvas, panel, tiles);
  const { strideBytes } = geometry;
  const frame = new Uint8Array(strideBytes * heightPx);
  const whole: PixelBox = { x: 0, y: 0, width: widthPx, height: heightPx };
  let before: { readonly background: string; readonly marks: readonly Mark[] } | null = null;

  const pack = (area: PixelBox): void => {
    const { data } = context.getImageData(area.x, area.y, area.width, area.height);
    packBox(data, area, frame, geometry);
    // Given back at once: fresh megabytes for each frame keep the collector at work for longer than the
    // frame takes to draw.
    if (data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
  };

  return ok({
    paint: (scene) => {
      const marks = marksOf(scene, panel);
      const areas =
        before === null || before.background !== scene.background
          ? [whole]
          : bandsOf(changedMarks(before.marks, marks), panel);
      before = { background: scene.background, marks };
      return areas.map((area) => {
        const { y: from, height } = area;
        const to = from + height;
        compose(context, scene.background, marks, from, to);
        pack(area);
        return { from, to, bytes: frame.subarray(from * strideBytes, to * strideBytes) };
      });
    },
    forget: () => {
      before = null;
    },
    frame: () => frame,
    cachedBytes: tiles.bytes,
  });
};
