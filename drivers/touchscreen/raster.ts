/**
 * Whole scenes as pictures, for benches, tests and the README. A frame buffer is painted by
 * `makePainter`, with the same pixels.
 */
import type { Canvas } from '@napi-rs/canvas';
import type { Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { type CanvasParts, loadCanvas } from './canvas.ts';
import { makeComposer } from './composer.ts';
import { layoutNode } from './node-drawing.ts';
import { marksOf } from './scene-marks.ts';
import type { TextLayout } from './text-layout.ts';
import { makeTiles, type Tiles } from './tiles.ts';

export type Raster = {
  /** Red, green, blue, alpha for each pixel, row by row from the top left. */
  draw(scene: Scene, panel: Panel): Uint8Array;
  /** The same as PNG. */
  png(scene: Scene, panel: Panel): Uint8Array;
  /** How the text of a node will be set; null when it has none. */
  layout(node: SceneNode): TextLayout | null;
};

const panelKey = ({ widthPx, heightPx, widthMm, heightMm }: Panel): string =>
  `${widthPx} ${heightPx} ${widthMm} ${heightMm}`;

const makeRaster = (canvas: CanvasParts): Raster => {
  let cache: { readonly panel: string; readonly tiles: Tiles } | null = null;
  /** Pictures of one panel at a time: its scale decides their pixels. */
  const tilesFor = (panel: Panel): Tiles => {
    const key = panelKey(panel);
    if (cache?.panel !== key) cache = { panel: key, tiles: makeTiles() };
    return cache.tiles;
  };
  const paint = (scene: Scene, panel: Panel): Canvas => {
    const { widthPx: width, heightPx: height } = panel;
    const sheet = canvas.make(width, height);
    const compose = makeComposer(canvas, panel, tilesFor(panel));
    compose(sheet.context, scene.background, marksOf(scene, panel), 0, height);
    return sheet.canvas;
  };
  return {
    draw: (scene, panel) => {
      const { widthPx, heightPx } = panel;
      const { data } = paint(scene, panel).getContext('2d').getImageData(0, 0, widthPx, heightPx);
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    },
    png: (scene, panel) => new Uint8Array(paint(scene, panel).toBuffer('image/png')),
    layout: (node) => layoutNode(node, canvas.measure),
  };
};

let loading: Promise<Raster> | null = null;

/** The one raster of the process; loads canvas and fonts the first time. */
export const loadRaster = (): Promise<Raster> => {
  loading ??= loadCanvas().then(makeRaster);
  return loading;
};

/** A scene as PNG, of the panel's size in pixels. */
export const sceneToPng = async (scene: Scene, panel: Panel): Promise<Uint8Array> =>
  (await loadRaster()).png(scene, panel);
