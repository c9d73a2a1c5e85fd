/**
 * The picture on the screen for those who look at it: cut into bands of rows, each with the version
 * in which it last changed, so that a page fetches what changed since it last looked. Nothing is
 * read, compared or packed unless somebody asks.
 */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import type { ScreenSource } from './frame-buffer-screen.ts';

const BAND_ROWS = 16;
const HEADER_WORDS = 5;
const gzipped = promisify(gzip);

export type ScreenBands = {
  /** Calls `listener` when there may be something new. */
  readonly onChange: (listener: () => void) => () => void;
  /**
   * The bands that changed after `version` (0: all), gzipped. Little-endian 32-bit words: version, width,
   * height, rows of a band, number of bands, the bands' numbers; then their pixels, RGBA.
   */
  readonly since: (version: number) => Promise<Uint8Array>;
  readonly png: () => Promise<Uint8Array>;
};

export const makeScreenBands = (source: ScreenSource): ScreenBands => {
  const { widthPx, heightPx } = source;
  const bandBytes = BAND_ROWS * widthPx * 4;
  const bands = Math.ceil(heightPx / BAND_ROWS);
  const changedIn = new Array<number>(bands).fill(0);
  let version = 0;
  let last: Uint8Array | null = null;
  let refreshing: Promise<Uint8Array> | null = null;

  const band = (pixels: Uint8Array, index: number): Uint8Array =>
    pixels.subarray(index * bandBytes, Math.min(pixels.length, (index + 1) * bandBytes));

  const compare = async (): Promise<Uint8Array> => {
    const pixels = await source.pixels();
    const before = last;
    const changed = changedIn.flatMap((_, index) =>
      before !== null && Buffer.compare(band(before, index), band(pixels, index)) === 0
        ? []
        : [index],
    );
    if (changed.length > 0) version += 1;
    for (const index of changed) changedIn[index] = version;
    last = pixels;
    return pixels;
  };
  /** Lookers at the same moment share one reading. */
  const refresh = (): Promise<Uint8Array> => {
    refreshing ??= compare().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  return {
    onChange: source.onChange,
    since: async (known) => {
      const pixels = await refresh();
      const wanted = changedIn.flatMap((at, index) =>
        at > known || known > version ? [index] : [],
      );
      const head = new DataView(new ArrayBuffer(4 * (HEADER_WORDS + wanted.length)));
      const words = [version, widthPx, heightPx, BAND_ROWS, wanted.length, ...wanted];
      for (const [index, word] of words.entries()) head.setUint32(4 * index, word, true);
      const body = Buffer.concat([
        new Uint8Array(head.buffer),
        ...wanted.map((index) => band(pixels, index)),
      ]);
      return gzipped(body, { level: constants.Z_BEST_SPEED });
    },
    png: async () => {
      const pixels = await refresh();
      const canvas = createCanvas(widthPx, heightPx);
      const context = canvas.getContext('2d');
      const image = context.createImageData(widthPx, heightPx);
      image.data.set(pixels);
      context.putImageData(image, 0, 0);
      return canvas.encode('png');
    },
  };
};
