/**
 * Puts the marks of a scene onto the panel's canvas, in whole or some rows of it. Parts are always
 * whole rows: the canvas blends a few pixels at a time, and where a row is cut in x decides how the
 * last bits are rounded. So rows drawn again have the pixels of the whole.
 */
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Colour } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import type { CanvasParts } from './canvas.ts';
import { drawNode, drawPlain, drawRing, isPlain } from './node-drawing.ts';
import { meet, type PixelBox, scaleOf } from './pixels.ts';
import { type Mark, ringOf } from './scene-marks.ts';
import type { Tiles } from './tiles.ts';

/** Draws what of `marks` lies in the rows `from` to `to` (not included), over `background`. */
export type Compose = (
  context: SKRSContext2D,
  background: Colour,
  marks: readonly Mark[],
  from: number,
  to: number,
) => void;

export const makeComposer = (canvas: CanvasParts, panel: Panel, tiles: Tiles): Compose => {
  const scale = scaleOf(panel);
  const ring = ringOf(scale);

  const tileOf = ({ node, box, extent }: Mark): Canvas => {
    const tile = canvas.make(extent.width, extent.height);
    const place = { ...box, x: box.x - extent.x, y: box.y - extent.y };
    drawNode(tile.context, node, place, scale, canvas.measure);
    return tile.canvas;
  };

  const putMark = (context: SKRSContext2D, mark: Mark): void => {
    const { node, box, extent, key } = mark;
    if (mark.kind === 'focus') {
      drawRing(context, box, ring);
    } else if (isPlain(node)) {
      drawPlain(context, node, box, scale);
    } else if (extent.width > 0 && extent.height > 0) {
      // Not drawCanvas, which would draw the steps of the picture again instead of its pixels.
      const tile = tiles.get(key, () => tileOf(mark));
      context.drawImage(tile, extent.x, extent.y);
    }
  };

  return (context, background, marks, from, to) => {
    const rows: PixelBox = { x: 0, y: from, width: panel.widthPx, height: to - from };
    context.save();
    context.beginPath();
    context.rect(rows.x, rows.y, rows.width, rows.height);
    context.clip();
    context.fillStyle = background;
    context.fillRect(rows.x, rows.y, rows.width, rows.height);
    for (const mark of marks) if (meet(mark.extent, rows)) putMark(context, mark);
    context.restore();
  };
};
