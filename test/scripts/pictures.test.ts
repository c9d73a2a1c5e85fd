/** The pictures of the README: every screen has one, and a palette loses nothing that is seen. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';
import { withPalette } from '#scripts/pictures/palette-png.ts';
import { officerScreens, voterScreens } from '#scripts/pictures/screens.ts';
import { sheetOf } from '#scripts/pictures/sheet.ts';
import { faultsOf } from '#test/screen/legibility.ts';

const demo = loadOwnDefinition(DEMO_PATH);
/** A colour may move by this much in each channel, of 255. */
const MOST_OFF = 24;

const pixelsOf = async (png: Uint8Array) => {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
};

describe('pictures', () => {
  test('show scenes without a fault, each another one', () => {
    const scenes = [
      ...voterScreens(demo, 'es', DEFAULT_PANEL),
      ...officerScreens(demo, 'es', DEFAULT_PANEL),
    ];
    for (const [name, scene] of scenes) expect(faultsOf(scene, DEFAULT_PANEL, 3), name).toEqual([]);
    expect(new Set(scenes.map(([, scene]) => JSON.stringify(scene))).size).toBe(scenes.length);
  });

  test('a sheet with a palette is smaller and looks the same', async () => {
    const [cards, card] = [...voterScreens(demo, 'es', DEFAULT_PANEL).values()].slice(1, 3);
    if (cards === undefined || card === undefined) throw new Error('no screens');
    const sheet = await sheetOf([cards, card], DEFAULT_PANEL, 2, 800);
    const small = await withPalette(sheet);
    expect(small.length).toBeLessThan(sheet.length / 2);
    expect(Buffer.from(await withPalette(sheet)).equals(small)).toBe(true);
    const [before, after] = [await pixelsOf(sheet), await pixelsOf(small)];
    expect([after.width, after.height]).toEqual([before.width, before.height]);
    let off = 0;
    for (let at = 0; at < before.data.length; at += 1)
      if (Math.abs((before.data[at] ?? 0) - (after.data[at] ?? 0)) > MOST_OFF) off += 1;
    expect(off / before.data.length).toBeLessThan(0.002);
  });
});
