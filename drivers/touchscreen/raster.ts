/**
 * Draws scenes: millimetres to pixels, with the Atkinson Hyperlegible typeface (Braille Institute, SIL
 * Open Font License). The canvas is loaded when the first scene is drawn, so that a process that never
 * draws does not pay for it.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Box, Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { drawEmblem } from './emblem.ts';
import { LINE_EM, layoutText, type MeasureEm, type TextLayout } from './text-layout.ts';

export type Raster = {
  /** Red, green, blue, alpha for each pixel, row by row from the top left. */
  draw(scene: Scene, panel: Panel): Uint8Array;
  /** The same as PNG. */
  png(scene: Scene, panel: Panel): Uint8Array;
  /** How the text of a node will be set; null when it has none. */
  layout(node: SceneNode): TextLayout | null;
};

const FAMILY = 'Atkinson Hyperlegible';
const FONT_PACKAGE = '@fontsource/atkinson-hyperlegible';
const FONT_FILES = [
  'latin-400-normal',
  'latin-700-normal',
  'latin-ext-400-normal',
  'latin-ext-700-normal',
] as const;
/** Widths are measured once at this size and scaled. */
const MEASURE_PX = 100;
const MAX_MEASURED = 20_000;
/** Capital letters of the typeface, in em: what is centred on a line. */
const CAP_EM = 0.668;
/** Text keeps this far from the edges of a box that can be seen, mm. */
const INSET_MM = 1;
/** The tick: share of the node's smaller side, and its limits in mm. */
const TICK_SHARE = 0.42;
const TICK_MM = { smallest: 4, largest: 9 } as const;
const TICK_MARGIN_MM = 0.7;
const TICK_COLOUR = '#0b5d1e';

const fontOf = (bold: boolean, px: number): string => `${bold ? 700 : 400} ${px}px "${FAMILY}"`;

type Pixels = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Edges are rounded, not sizes, so that boxes that touch in millimetres touch in pixels. */
const toPixels = ({ x, y, width, height }: Box, scale: Scale): Pixels => {
  const left = Math.round(x * scale.x);
  const top = Math.round(y * scale.y);
  return {
    x: left,
    y: top,
    width: Math.round((x + width) * scale.x) - left,
    height: Math.round((y + height) * scale.y) - top,
  };
};

type Scale = { readonly x: number; readonly y: number };

const tickSizeMm = ({ width, height }: Box): number => {
  const wanted = TICK_SHARE * Math.min(width, height);
  return Math.min(TICK_MM.largest, Math.max(TICK_MM.smallest, wanted));
};

type TextRoom = {
  readonly width: number;
  readonly height: number;
  /** From the left and from the right edge of the box. */
  readonly left: number;
  readonly right: number;
};

/** Where text may stand in a node: off the edges that can be seen, and beside its own tick. */
const textRoom = ({ box, fill, border, tick }: SceneNode): TextRoom => {
  const left = fill !== undefined || border !== undefined ? INSET_MM : 0;
  const right = tick === true ? tickSizeMm(box) + 2 * TICK_MARGIN_MM : left;
  return { width: box.width - left - right, height: box.height, left, right };
};

const layoutNode = (node: SceneNode, measure: MeasureEm): TextLayout | null => {
  if (node.text === undefined) return null;
  const { width, height } = textRoom(node);
  return layoutText(node.text, width, height, measure);
};

const drawShape = (context: SKRSContext2D, node: SceneNode, scale: Scale): void => {
  const { x, y, width, height } = toPixels(node.box, scale);
  const radius = (node.radius ?? 0) * scale.x;
  if (node.fill !== undefined) {
    context.fillStyle = node.fill;
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    context.fill();
  }
  if (node.border === undefined) return;
  // Inside the box, at least one pixel, so that it is crisp and never overlaps a neighbour.
  const line = Math.max(1, Math.round(node.border.width * scale.x));
  context.strokeStyle = node.border.colour;
  context.lineWidth = line;
  context.beginPath();
  context.roundRect(
    x + line / 2,
    y + line / 2,
    width - line,
    height - line,
    Math.max(0, radius - line / 2),
  );
  context.stroke();
};

const drawText = (
  context: SKRSContext2D,
  node: SceneNode,
  scale: Scale,
  measure: MeasureEm,
): void => {
  const layout = layoutNode(node, measure);
  if (node.text === undefined || layout === null) return;
  const { align, bold, colour } = node.text;
  const { left, right } = textRoom(node);
  const { x, y, width, height } = node.box;
  const lineMm = layout.heightMm * LINE_EM;
  context.font = fontOf(bold, layout.heightMm * scale.y);
  context.fillStyle = colour;
  context.textBaseline = 'alphabetic';
  context.textAlign = align === 'centre' ? 'center' : align;
  const from = x + left;
  const to = x + width - right;
  const anchor = { left: from, centre: (from + to) / 2, right: to }[align];
  const top = y + (height - lineMm * layout.lines.length) / 2;
  for (const [index, line] of layout.lines.entries()) {
    const baseline = top + (index + 0.5) * lineMm + (CAP_EM / 2) * layout.heightMm;
    context.fillText(line, Math.round(anchor * scale.x), Math.round(baseline * scale.y));
  }
};

/** A white disc with a dark tick in the lower right corner: seen on any colour, and without colour. */
const drawTick = (context: SKRSContext2D, { box }: SceneNode, scale: Scale): void => {
  const sizeMm = tickSizeMm(box);
  const radius = (sizeMm / 2) * scale.x;
  const x = (box.x + box.width - TICK_MARGIN_MM) * scale.x - radius;
  const y = (box.y + box.height - TICK_MARGIN_MM) * scale.y - radius;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = '#ffffff';
  context.fill();
  context.strokeStyle = TICK_COLOUR;
  context.lineWidth = radius * 0.16;
  context.stroke();
  context.beginPath();
  context.moveTo(x - 0.45 * radius, y + 0.02 * radius);
  context.lineTo(x - 0.1 * radius, y + 0.38 * radius);
  context.lineTo(x + 0.48 * radius, y - 0.36 * radius);
  context.lineWidth = radius * 0.26;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.stroke();
};

const drawNode = (
  context: SKRSContext2D,
  node: SceneNode,
  scale: Scale,
  measure: MeasureEm,
): void => {
  drawShape(context, node, scale);
  if (node.emblem !== undefined) {
    const { x, y, width, height } = toPixels(node.box, scale);
    const size = Math.min(width, height);
    drawEmblem(context, node.emblem, x + width / 2, y + height / 2, size);
  }
  drawText(context, node, scale, measure);
  if (node.tick === true) drawTick(context, node, scale);
};

let loading: Promise<Raster> | null = null;

const load = async (): Promise<Raster> => {
  const { createCanvas, GlobalFonts } = await import('@napi-rs/canvas');
  const folder = dirname(createRequire(import.meta.url).resolve(`${FONT_PACKAGE}/package.json`));
  for (const file of FONT_FILES) {
    const path = join(folder, 'files', `atkinson-hyperlegible-${file}.woff2`);
    if (GlobalFonts.registerFromPath(path, FAMILY) === null) throw new Error(`no font in ${path}`);
  }
  const ruler = createCanvas(8, 8).getContext('2d');
  const measured = new Map<string, number>();
  const measure: MeasureEm = (line, bold) => {
    const key = `${bold}${line}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    if (measured.size >= MAX_MEASURED) measured.clear();
    ruler.font = fontOf(bold, MEASURE_PX);
    const em = ruler.measureText(line).width / MEASURE_PX;
    measured.set(key, em);
    return em;
  };
  const paint = (scene: Scene, panel: Panel): Canvas => {
    const canvas = createCanvas(panel.widthPx, panel.heightPx);
    const context = canvas.getContext('2d');
    const scale = { x: panel.widthPx / panel.widthMm, y: panel.heightPx / panel.heightMm };
    context.fillStyle = scene.background;
    context.fillRect(0, 0, panel.widthPx, panel.heightPx);
    for (const node of scene.nodes) drawNode(context, node, scale, measure);
    return canvas;
  };
  return {
    draw: (scene, panel) => {
      const canvas = paint(scene, panel);
      const { data } = canvas.getContext('2d').getImageData(0, 0, panel.widthPx, panel.heightPx);
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    },
    png: (scene, panel) => new Uint8Array(paint(scene, panel).toBuffer('image/png')),
    layout: (node) => layoutNode(node, measure),
  };
};

/** The one raster of the process; loads canvas and fonts the first time. */
export const loadRaster = (): Promise<Raster> => {
  loading ??= load();
  return loading;
};

/** A scene as PNG, of the panel's size in pixels. */
export const sceneToPng = async (scene: Scene, panel: Panel): Promise<Uint8Array> =>
  (await loadRaster()).png(scene, panel);
