/**
 * Pixels as the Linux frame buffer wants them: rows of `strideBytes`, 32 bits a pixel as blue, green,
 * red, unused, or 16 bits as 5-6-5, both little-endian (`/sys/class/graphics/fb0/bits_per_pixel` and
 * `stride`). Pure.
 */
import { err, ok, type Result } from '#hal/result.ts';

export type FrameGeometry = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitsPerPixel: number;
  /** From one row to the next, at least what a row needs. */
  readonly strideBytes: number;
};

/** Larger panels are not ours. */
const MAX_SIDE_PX = 8192;

/** What is wrong with a geometry; null when it can be drawn to. */
export const geometryFault = (geometry: FrameGeometry): string | null => {
  const { widthPx, heightPx, bitsPerPixel, strideBytes } = geometry;
  if (
    ![widthPx, heightPx].every((side) => Number.isInteger(side) && side > 0 && side <= MAX_SIDE_PX)
  )
    return `a panel of ${widthPx} by ${heightPx} pixels`;
  if (bitsPerPixel !== 16 && bitsPerPixel !== 32) return `${bitsPerPixel} bits a pixel`;
  if (!Number.isInteger(strideBytes) || strideBytes < (widthPx * bitsPerPixel) / 8)
    return `a stride of ${strideBytes} bytes`;
  return strideBytes > (MAX_SIDE_PX * bitsPerPixel) / 8 ? `a stride of ${strideBytes} bytes` : null;
};

/** Converts `rgba` (as `Raster.draw` gives it, same width and height). Error: why it can not be. */
export const packFrame = (
  rgba: Uint8Array,
  geometry: FrameGeometry,
): Result<Uint8Array, string> => {
  const { widthPx, heightPx, bitsPerPixel, strideBytes } = geometry;
  const wrong = geometryFault(geometry);
  if (wrong !== null) return err(wrong);
  if (rgba.length !== 4 * widthPx * heightPx) return err(`a picture of ${rgba.length} bytes`);
  const frame = new Uint8Array(strideBytes * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0, from = 4 * y * widthPx, to = y * strideBytes; x < widthPx; x++, from += 4) {
      const red = rgba[from] ?? 0;
      const green = rgba[from + 1] ?? 0;
      const blue = rgba[from + 2] ?? 0;
      if (bitsPerPixel === 32) {
        frame[to++] = blue;
        frame[to++] = green;
        frame[to++] = red;
        frame[to++] = 0xff;
      } else {
        const packed = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
        frame[to++] = packed & 0xff;
        frame[to++] = packed >> 8;
      }
    }
  }
  return ok(frame);
};
