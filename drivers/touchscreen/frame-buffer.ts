/**
 * Pixels as the Linux frame buffer wants them: rows of `strideBytes`, 32 bits a pixel as blue, green,
 * red, unused, or 16 bits as 5-6-5, both little-endian (`/sys/class/graphics/fb0/bits_per_pixel` and
 * `stride`). Pure. The machines that Node 24 runs on here, x86-64 and ARM64, are little-endian too,
 * so that a pixel is one store.
 */
import { err, ok, type Result } from '#hal/result.ts';
import type { PixelBox } from './pixels.ts';

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
  const bytes = bitsPerPixel / 8;
  const whole = Number.isInteger(strideBytes / bytes);
  if (!whole || strideBytes < widthPx * bytes || strideBytes > MAX_SIDE_PX * bytes)
    return `a stride of ${strideBytes} bytes`;
  return null;
};

/** Of a row: its pixels in bytes, turned round; the last byte of the row is no part of any colour. */
const packRow32 = (turned: Uint8Array, frame: Uint8Array, start: number): void => {
  frame.set(turned.subarray(1), start);
  frame[start + turned.length - 1] = 0xff;
};

const packRow16 = (from: Uint32Array, at: number, to: Uint16Array, start: number, end: number) => {
  for (let place = start, source = at; place < end; place++, source++) {
    const abgr = from[source]!;
    to[place] = ((abgr & 0xf8) << 8) | ((abgr & 0xfc00) >> 5) | ((abgr >>> 19) & 0x1f);
  }
};

type Bytes = Uint8Array | Uint8ClampedArray;

/**
 * Puts `rgba`, the pixels of `box` row by row, at their place in `frame`; `rgba` is used up. The geometry is a
 * sound one, the box lies in it, and both arrays begin at a multiple of 4 in their buffers.
 *
 * Of 32 bits no loop is written here: every four bytes turned round are alpha, blue, green, red, and from the
 * second byte on blue, green, red and what nobody looks at, the alpha of the pixel after. Both are native calls.
 */
export const packBox = (
  rgba: Bytes,
  { x, y, width, height }: PixelBox,
  frame: Uint8Array,
  { bitsPerPixel, strideBytes }: FrameGeometry,
): void => {
  if (bitsPerPixel === 32) {
    const turned = Buffer.from(rgba.buffer, rgba.byteOffset, 4 * width * height).swap32();
    for (let row = 0; row < height; row++) {
      const pixels = turned.subarray(4 * row * width, 4 * (row + 1) * width);
      packRow32(pixels, frame, (y + row) * strideBytes + 4 * x);
    }
    return;
  }
  const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const to = new Uint16Array(frame.buffer, frame.byteOffset, frame.byteLength / 2);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * strideBytes) / 2 + x;
    packRow16(from, row * width, to, start, start + width);
  }
};

/** Converts `rgba` (as `Raster.draw` gives it, same width and height), which stays as it is. Error: why it can not be. */
export const packFrame = (
  rgba: Uint8Array,
  geometry: FrameGeometry,
): Result<Uint8Array, string> => {
  const { widthPx, heightPx, strideBytes } = geometry;
  const wrong = geometryFault(geometry);
  if (wrong !== null) return err(wrong);
  if (rgba.length !== 4 * widthPx * heightPx) return err(`a picture of ${rgba.length} bytes`);
  const frame = new Uint8Array(strideBytes * heightPx);
  packBox(rgba.slice(), { x: 0, y: 0, width: widthPx, height: heightPx }, frame, geometry);
  return ok(frame);
};
