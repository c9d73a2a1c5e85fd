/** A screen as a PNG file, for people. */
import type { ScreenSource } from '../bench/frame-buffer-screen.ts';

export const pictureOf = async (screen: ScreenSource): Promise<Uint8Array> => {
  const { createCanvas, ImageData } = await import('@napi-rs/canvas');
  const { widthPx, heightPx } = screen;
  const canvas = createCanvas(widthPx, heightPx);
  const pixels = new Uint8ClampedArray(await screen.pixels());
  canvas.getContext('2d').putImageData(new ImageData(pixels, widthPx, heightPx), 0, 0);
  return canvas.toBuffer('image/png');
};
