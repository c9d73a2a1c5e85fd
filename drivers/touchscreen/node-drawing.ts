/**
 * Draws one node of a scene: its shape, emblem, text and tick, each within the node's box of whole
 * pixels. Where the box stands on the panel makes no difference to its pixels.
 */
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Box, Colour, SceneNode } from '#hal/scene.ts';
import { fontOf } from './canvas.ts';
import { drawEmblem } from './emblem.ts';
import type { PixelBox, Scale } from './pixels.ts';
import { LINE_EM, layoutText, type MeasureEm, type TextLayout } from './text-layout.ts';

/** Middle of the capital letters of the typeface over the baseline, in em: what is centred on a line. */
const CAP_EM = 0.668;
/** Text keeps this far from the edges of a box that can be seen, mm. */
const INSET_MM = 1;
/** The tick: share of the node's smaller side, and its limits in mm. */
const TICK_SHARE = 0.42;
const TICK_MM = { smallest: 4, largest: 9 } as const;
const TICK_MARGIN_MM = 0.7;
const TICK_COLOUR = '#0b5d1e';

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

/** How the text of a node is set; null: it has none. */
export const layoutNode = (node: SceneNode, measure: MeasureEm): TextLayout | null => {
  if (node.text === undefined) return null;
  const { width, height } = textRoom(node);
  return layoutText(node.text, width, height, measure);
};

/** A fill and a border without round corners: whole pixels, no blending. */
const drawSquare = (
  context: SKRSContext2D,
  { fill, border }: SceneNode,
  { x, y, width, height }: PixelBox,
  line: number,
): void => {
  if (fill !== undefined) {
    context.fillStyle = fill;
    context.fillRect(x, y, width, height);
  }
  if (border === undefined) return;
  context.fillStyle = border.colour;
  context.fillRect(x, y, width, Math.min(line, height));
  context.fillRect(x, y + Math.max(0, height - line), width, Math.min(line, height));
  context.fillRect(x, y, Math.min(line, width), height);
  context.fillRect(x + Math.max(0, width - line), y, Math.min(line, width), height);
};

/** Width of a border: at least one pixel, so that it is crisp; inside the box. */
const lineOf = ({ border }: SceneNode, scale: Scale): number =>
  border === undefined ? 0 : Math.max(1, Math.round(border.width * scale.x));

/** Square boxes may be drawn straight onto the panel: any clip of whole pixels cuts them cleanly. */
export const isPlain = ({ radius, text, tick, emblem }: SceneNode): boolean =>
  (radius ?? 0) === 0 && text === undefined && tick !== true && emblem === undefined;

/** Draws a plain node. */
export const drawPlain = (
  context: SKRSContext2D,
  node: SceneNode,
  box: PixelBox,
  scale: Scale,
): void => drawSquare(context, node, box, lineOf(node, scale));

const drawShape = (context: SKRSContext2D, node: SceneNode, box: PixelBox, scale: Scale): void => {
  const { x, y, width, height } = box;
  const line = lineOf(node, scale);
  const radius = Math.min((node.radius ?? 0) * scale.x, width / 2, height / 2);
  if (radius === 0) {
    drawSquare(context, node, box, line);
    return;
  }
  if (node.fill !== undefined) {
    context.fillStyle = node.fill;
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    context.fill();
  }
  if (node.border === undefined) return;
  context.strokeStyle = node.border.colour;
  context.lineWidth = line;
  context.beginPath();
  const inner = Math.max(0, radius - line / 2);
  context.roundRect(x + line / 2, y + line / 2, width - line, height - line, inner);
  context.stroke();
};

const drawText = (
  context: SKRSContext2D,
  node: SceneNode,
  box: PixelBox,
  scale: Scale,
  measure: MeasureEm,
): void => {
  const layout = layoutNode(node, measure);
  if (node.text === undefined || layout === null) return;
  const { align, bold, colour } = node.text;
  const room = textRoom(node);
  const em = layout.heightMm * scale.y;
  const line = em * LINE_EM;
  context.font = fontOf(bold, em);
  context.fillStyle = colour;
  context.textBaseline = 'alphabetic';
  context.textAlign = align === 'centre' ? 'center' : align;
  const from = box.x + room.left * scale.x;
  const to = box.x + box.width - room.right * scale.x;
  const anchor = { left: from, centre: (from + to) / 2, right: to }[align];
  const top = box.y + (box.height - line * layout.lines.length) / 2;
  for (const [index, words] of layout.lines.entries()) {
    const baseline = top + (index + 0.5) * line + (CAP_EM / 2) * em;
    context.fillText(words, Math.round(anchor), Math.round(baseline));
  }
};

/** A white disc with a dark tick in the lower right corner: seen on any colour, and without colour. */
const drawTick = (
  context: SKRSContext2D,
  { box: { width, height } }: SceneNode,
  box: PixelBox,
  scale: Scale,
): void => {
  const sizeMm = tickSizeMm({ x: 0, y: 0, width, height });
  const radius = (sizeMm / 2) * scale.x;
  const x = box.x + box.width - TICK_MARGIN_MM * scale.x - radius;
  const y = box.y + box.height - TICK_MARGIN_MM * scale.y - radius;
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

/** Draws a node so that its box stands at `box`. */
export const drawNode = (
  context: SKRSContext2D,
  node: SceneNode,
  box: PixelBox,
  scale: Scale,
  measure: MeasureEm,
): void => {
  drawShape(context, node, box, scale);
  if (node.emblem !== undefined) {
    const { x, y, width, height } = box;
    drawEmblem(context, node.emblem, x + width / 2, y + height / 2, Math.min(width, height));
  }
  drawText(context, node, box, scale, measure);
  if (node.tick === true) drawTick(context, node, box, scale);
};

/** From the outside in. */
const RING_COLOURS: readonly Colour[] = ['#000000', '#ffffff', '#000000'];

/**
 * The ring around what has the focus: dark, light and dark stripes, so that one edge at least has
 * full contrast on any ground (W3C technique C40, "Creating a two-color focus indicator").
 */
export const drawRing = (
  context: SKRSContext2D,
  box: PixelBox,
  { stripe, outside }: { readonly stripe: number; readonly outside: number },
): void => {
  for (const [index, colour] of RING_COLOURS.entries()) {
    const out = outside - index * stripe;
    const around = {
      x: box.x - out,
      y: box.y - out,
      width: box.width + 2 * out,
      height: box.height + 2 * out,
    };
    const border = { colour, width: stripe };
    drawSquare(context, { box: around, border }, around, stripe);
  }
};
