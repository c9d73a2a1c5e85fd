/** QR codes in a picture, read by jsqr: a reader nobody here wrote. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import jsqr from 'jsqr';

export const pixelsOf = async (png: Uint8Array) => {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
};

/** The code in rows `top` to `top + height` of the picture; null when none is found. */
export const readQr = async (png: Uint8Array, top = 0, height?: number): Promise<string | null> => {
  const image = await loadImage(Buffer.from(png));
  const rows = Math.min(height ?? image.height, image.height - top);
  const context = createCanvas(image.width, rows).getContext('2d');
  context.drawImage(image, 0, -top);
  const { data } = context.getImageData(0, 0, image.width, rows);
  return jsqr.default(data, image.width, rows)?.data ?? null;
};
