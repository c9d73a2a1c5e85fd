/** Many screens on one sheet, each smaller, with a rim between them. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { sceneToPng } from '#drivers/touchscreen/raster.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

const RIM_PX = 10;
const GROUND = '#3a444d';

/** A PNG of `widthPx` with the scenes in `columns`, row by row. */
export const sheetOf = async (
  scenes: readonly Scene[],
  panel: Panel,
  columns: number,
  widthPx: number,
): Promise<Uint8Array> => {
  const width = Math.floor((widthPx - RIM_PX) / columns) - RIM_PX;
  const height = Math.round((width * panel.heightPx) / panel.widthPx);
  const rows = Math.ceil(scenes.length / columns);
  const canvas = createCanvas(widthPx, rows * (height + RIM_PX) + RIM_PX);
  const context = canvas.getContext('2d');
  context.fillStyle = GROUND;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  for (const [index, scene] of scenes.entries()) {
    const image = await loadImage(await sceneToPng(scene, panel));
    const x = RIM_PX + (index % columns) * (width + RIM_PX);
    const y = RIM_PX + Math.floor(index / columns) * (height + RIM_PX);
    context.drawImage(image, x, y, width, height);
  }
  return new Uint8Array(await canvas.encode('png'));
};
