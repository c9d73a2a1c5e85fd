/** The picture that a virtual machine shows, as its monitor hands it out (a portable pixmap, PPM P6). */
import { readFile, rm } from 'node:fs/promises';
import { err, ok, type Result } from '#hal/result.ts';
import type { QmpClient } from './qmp.ts';

export type Picture = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Red, green, blue, 255 of each pixel, row by row. */
  readonly rgba: Uint8Array;
};

/** Sides of a picture at most. */
const MAX_PIXELS = 8_192;

/** Reads a pixmap (ppm(5), raw, 8 bits). Error: it is none. */
export const readPixmap = (bytes: Uint8Array): Result<Picture, string> => {
  const head = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(
    Buffer.from(bytes.subarray(0, 64)).toString('latin1'),
  );
  const [whole = '', width = '', height = ''] = head ?? [];
  const [widthPx, heightPx] = [Number(width), Number(height)];
  if (head === null || widthPx > MAX_PIXELS || heightPx > MAX_PIXELS) return err('no pixmap');
  const pixels = bytes.subarray(whole.length);
  const count = widthPx * heightPx;
  if (pixels.length !== 3 * count) return err(`${pixels.length} bytes of ${3 * count}`);
  const rgba = new Uint8Array(4 * count).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from] ?? 0;
    rgba[to + 1] = pixels[from + 1] ?? 0;
    rgba[to + 2] = pixels[from + 2] ?? 0;
  }
  return ok({ widthPx, heightPx, rgba });
};

/** Takes a picture by way of a file at `path`, which is gone afterwards. Throws when QEMU shows none. */
export const takePicture = async (monitor: QmpClient, path: string): Promise<Picture> => {
  await monitor.ask('screendump', { filename: path });
  const read = readPixmap(new Uint8Array(await readFile(path)));
  await rm(path, { force: true });
  if (!read.ok) throw new Error(`QEMU's picture of the screen: ${read.error}`);
  return read.value;
};
