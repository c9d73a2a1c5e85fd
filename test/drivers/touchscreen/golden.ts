/**
 * Golden pictures: what scenes look like, pixel by pixel. Canvas and typeface come with the project, so
 * every run on one architecture gives the same pixels; another architecture may differ in the last
 * bits of smooth edges.
 *
 * When drawing was changed on purpose, look at the new pictures and keep them:
 *
 *     URNA_RENEW_GOLDEN=1 scripts/urna test test/drivers/touchscreen/golden
 */
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect } from 'vitest';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

const FOLDER = fileURLToPath(new URL('../../vectors/golden/', import.meta.url));
/** Steps of a colour, of 255, by which a picture of another architecture may differ. */
const OTHER_ARCHITECTURE_STEPS = 3;
const STEPS = process.arch === 'x64' ? 0 : OTHER_ARCHITECTURE_STEPS;

const pixelsOf = async (path: string): Promise<Uint8ClampedArray> => {
  const picture = await loadImage(path);
  const context = createCanvas(picture.width, picture.height).getContext('2d');
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, picture.width, picture.height).data;
};

/** Fails unless `scene` looks as the picture `name` does. */
export const expectGolden = async (name: string, scene: Scene, panel: Panel): Promise<void> => {
  const raster = await loadRaster();
  const path = join(FOLDER, `${name}.png`);
  if (process.env.URNA_RENEW_GOLDEN === '1') writeFileSync(path, raster.png(scene, panel));
  expect(existsSync(path), `${path} is there`).toBe(true);
  const golden = await pixelsOf(path);
  const drawn = raster.draw(scene, panel);
  expect(drawn.length).toBe(golden.length);
  let far = 0;
  for (let at = 0; at < drawn.length; at++)
    if (Math.abs((drawn[at] ?? 0) - (golden[at] ?? 0)) > STEPS) far++;
  if (far > 0) {
    const actual = join(tmpdir(), `urna-golden-${name}.png`);
    writeFileSync(actual, raster.png(scene, panel));
    expect.fail(`${far} values differ; what was drawn is in ${actual}`);
  }
};
