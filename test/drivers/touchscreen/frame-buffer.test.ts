/** Pixels in the order of the frame buffer. */
import { describe, expect, test } from 'vitest';
import { packFrame } from '#drivers/touchscreen/frame-buffer.ts';

/** Red, white; green, blue. */
const PICTURE = Uint8Array.of(255, 0, 0, 255, 255, 255, 255, 255, 0, 255, 0, 255, 0, 0, 255, 255);
const packed = (bitsPerPixel: number, strideBytes: number) =>
  packFrame(PICTURE, { widthPx: 2, heightPx: 2, bitsPerPixel, strideBytes });

describe('a frame', () => {
  test('of 32 bits is blue, green, red; rows start at the stride', () => {
    const frame = packed(32, 12);
    const rows = [0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0];
    const next = [0, 255, 0, 255, 255, 0, 0, 255, 0, 0, 0, 0];
    expect(frame).toEqual({ ok: true, value: Uint8Array.from([...rows, ...next]) });
  });

  test.each([16, 32])('of %i bits leaves the picture as it was', (bitsPerPixel) => {
    const before = PICTURE.slice();
    packed(bitsPerPixel, 12);
    expect(PICTURE).toEqual(before);
  });

  test('of 16 bits is 5-6-5, low byte first', () => {
    const frame = packed(16, 4);
    const bytes = [0x00, 0xf8, 0xff, 0xff, 0xe0, 0x07, 0x1f, 0x00];
    expect(frame).toEqual({ ok: true, value: Uint8Array.from(bytes) });
  });

  test.each([
    [24, 8],
    [32, 7],
    [32, 1_000_000],
  ])('of %i bits with a stride of %i is refused', (bits, stride) => {
    expect(packed(bits, stride).ok).toBe(false);
  });

  test('of another size than the picture is refused', () => {
    const geometry = { widthPx: 3, heightPx: 2, bitsPerPixel: 32, strideBytes: 12 };
    expect(packFrame(PICTURE, geometry)).toEqual({ ok: false, error: 'a picture of 16 bytes' });
  });
});
