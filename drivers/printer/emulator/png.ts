/**
 * A PNG of four tones, two bits a pixel: a paper of 120 mm takes a few kilobytes. Portable Network
 * Graphics Specification (Second Edition), 5 and 11.
 */
import { crc32 } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Thermal paper, two tones between, ink. */
const PALETTE = Uint8Array.of(252, 251, 246, 178, 177, 174, 98, 97, 96, 24, 24, 27);
const BIT_DEPTH = 2;
const COLOUR_TYPE_PALETTE = 3;
const PIXELS_PER_BYTE = 8 / BIT_DEPTH;

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
};

/** `tones` holds one value from 0 (paper) to 3 (ink) a pixel; `compress` is zlib's deflate. */
export const encodePng = (
  tones: Uint8Array,
  width: number,
  height: number,
  compress: (data: Uint8Array, options: { level: number }) => Uint8Array,
): Uint8Array => {
  const rowBytes = Math.ceil(width / PIXELS_PER_BYTE);
  // Filter type 0 in front of each row.
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = y * (rowBytes + 1) + 1;
    for (let x = 0; x < width; x++) {
      const tone = tones[from + x] ?? 0;
      if (tone !== 0)
        rows[to + (x >> 2)] = (rows[to + (x >> 2)] ?? 0) | (tone << (6 - 2 * (x & 3)));
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([BIT_DEPTH, COLOUR_TYPE_PALETTE, 0, 0, 0], 8);
  return Uint8Array.from(
    Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('PLTE', PALETTE),
      chunk('IDAT', compress(rows, { level: 6 })),
      chunk('IEND', new Uint8Array(0)),
    ]),
  );
};
