/** Cuts a strip out of a long paper, so that it fits into a page. */
import { createCanvas, loadImage } from '@napi-rs/canvas';

/** Rows `from` to `to` of a PNG; negative rows count from its end. */
export const cropRows = async (png: Uint8Array, from: number, to: number): Promise<Uint8Array> => {
  const image = await loadImage(png);
  const row = (value: number): number =>
    Math.max(0, Math.min(image.height, value < 0 ? image.height + value : value));
  const height = Math.max(1, row(to) - row(from));
  const canvas = createCanvas(image.width, height);
  canvas.getContext('2d').drawImage(image, 0, -row(from));
  return new Uint8Array(await canvas.encode('png'));
};
