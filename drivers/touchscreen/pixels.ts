/** Millimetres of a scene to whole pixels of a panel, and boxes of pixels. Pure. */
import type { Box } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

/** Whole pixels; `width` and `height` may be 0. */
export type PixelBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Pixels a millimetre. */
export type Scale = { readonly x: number; readonly y: number };

export const scaleOf = ({ widthPx, heightPx, widthMm, heightMm }: Panel): Scale => ({
  x: widthPx / widthMm,
  y: heightPx / heightMm,
});

/** Edges are rounded, not sizes, so that boxes that touch in millimetres touch in pixels. */
export const toPixels = ({ x, y, width, height }: Box, scale: Scale): PixelBox => {
  const left = Math.round(x * scale.x);
  const top = Math.round(y * scale.y);
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.round((x + width) * scale.x) - left),
    height: Math.max(0, Math.round((y + height) * scale.y) - top),
  };
};

/** `box` with `by` more pixels on each side. */
export const grown = ({ x, y, width, height }: PixelBox, by: number): PixelBox => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** Do they share a pixel? */
export const meet = (a: PixelBox, b: PixelBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** What they share; null: nothing. */
export const shared = (a: PixelBox, b: PixelBox): PixelBox | null => {
  if (!meet(a, b)) return null;
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const right = Math.min(a.x + a.width, b.x + b.width);
  const bottom = Math.min(a.y + a.height, b.y + b.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
};

/** The smallest box around both. */
export const around = (a: PixelBox, b: PixelBox): PixelBox => {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
};
