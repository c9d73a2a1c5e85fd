/**
 * Pictures with a palette of 256 colours (PNG, ISO/IEC 15948, colour type 3): screens have few colours
 * and many pixels between them, so that a third of the bytes shows the same to the eye.
 */
import { crc32, deflateSync } from 'node:zlib';
import { createCanvas, loadImage } from '@napi-rs/canvas';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const MAX_COLOURS = 256;
/** Colours are told apart by this many bits of each channel. */
const BITS = 5;
const DEFLATE_LEVEL = 9;

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
};

const header = (width: number, height: number): Uint8Array => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  // Eight bits a pixel, a palette, deflate, no filter method of its own, not interlaced.
  data.set([8, 3, 0, 0, 0], 8);
  return chunk('IHDR', data);
};

type Colour = { readonly red: number; readonly green: number; readonly blue: number };

/** A colour as far as it is told apart from others. */
const bucketOf = (pixels: Uint8ClampedArray, at: number): number => {
  const shift = 8 - BITS;
  const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
  return ((red >> shift) << (2 * BITS)) | ((green >> shift) << BITS) | (blue >> shift);
};

type Bucket = { count: number; red: number; green: number; blue: number };

/** Rare colours that are vivid are missed sooner than one grey of many. */
const weightOf = ({ count, red, green, blue }: Bucket): number => {
  const most = Math.max(red, green, blue);
  const vivid = most === 0 ? 0 : (most - Math.min(red, green, blue)) / most;
  return Math.sqrt(count) * (0.25 + vivid);
};

/** The mean colours of the buckets that matter most to the eye. */
const commonest = (pixels: Uint8ClampedArray): readonly Colour[] => {
  const buckets = new Map<number, Bucket>();
  for (let at = 0; at < pixels.length; at += 4) {
    const key = bucketOf(pixels, at);
    const bucket = buckets.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bucket.count += 1;
    bucket.red += pixels[at] ?? 0;
    bucket.green += pixels[at + 1] ?? 0;
    bucket.blue += pixels[at + 2] ?? 0;
    buckets.set(key, bucket);
  }
  return [...buckets.values()]
    .sort((one, other) => weightOf(other) - weightOf(one))
    .slice(0, MAX_COLOURS)
    .map(({ count, red, green, blue }) => ({
      red: Math.round(red / count),
      green: Math.round(green / count),
      blue: Math.round(blue / count),
    }));
};

const nearest = (palette: readonly Colour[], red: number, green: number, blue: number): number => {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, colour] of palette.entries()) {
    const distance =
      (colour.red - red) ** 2 + (colour.green - green) ** 2 + (colour.blue - blue) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
};

/** Rows of palette indices, each after its filter byte (none). */
const indexed = (
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  palette: readonly Colour[],
): Uint8Array => {
  const known = new Map<number, number>();
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const key = bucketOf(pixels, at);
      let index = known.get(key);
      if (index === undefined) {
        index = nearest(palette, pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
        known.set(key, index);
      }
      rows[y * (width + 1) + 1 + x] = index;
    }
  return rows;
};

/** The same picture with a palette. */
export const withPalette = async (png: Uint8Array): Promise<Uint8Array> => {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  const palette = commonest(pixels);
  const colours = Uint8Array.from(palette.flatMap(({ red, green, blue }) => [red, green, blue]));
  const rows = indexed(pixels, width, height, palette);
  return Buffer.concat([
    SIGNATURE,
    header(width, height),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: DEFLATE_LEVEL })),
    chunk('IEND', new Uint8Array(0)),
  ]);
};
