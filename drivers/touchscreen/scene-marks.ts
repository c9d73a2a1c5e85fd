/**
 * A scene as a row of marks: each says where on the panel it may leave pixels and, by its key, which.
 * Two marks of one key leave the same pixels relative to their place, whatever lies under them. The
 * change from one row of marks to the next is a few bands of the panel; all other pixels stay. Pure.
 */
import type { Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { around, grown, type PixelBox, type Scale, scaleOf, shared, toPixels } from './pixels.ts';

export type Mark = {
  readonly kind: 'node' | 'focus';
  readonly node: SceneNode;
  /** The node's own box. */
  readonly box: PixelBox;
  /** Every pixel that the mark may touch; may reach beyond the panel. */
  readonly extent: PixelBox;
  /** What it draws, without its place. */
  readonly key: string;
};

/** Letters may hang over the edge of their box by this much. */
export const TEXT_BLEED_PX = 2;
/** The ring around what has the focus: three stripes, dark, light, dark, half of them outside. */
export const RING_STRIPE_MM = 0.5;
export const RING_OUTSIDE_MM = 1.1;

export type RingPixels = { readonly stripe: number; readonly outside: number };

export const ringOf = (scale: Scale): RingPixels => ({
  stripe: Math.max(2, Math.round(RING_STRIPE_MM * scale.x)),
  outside: Math.max(3, Math.round(RING_OUTSIDE_MM * scale.x)),
});

/** All that decides the pixels of a node but its place and what touching it means. */
const contentKey = (node: SceneNode, { width, height }: PixelBox): string => {
  const { box, fill, border, radius, text, tick, emblem } = node;
  const shape = `${width} ${height} ${fill ?? ''} ${border?.colour ?? ''} ${border?.width ?? 0} ${radius ?? 0} ${tick === true}`;
  const picture = emblem === undefined ? '' : JSON.stringify([emblem.seed, emblem.colours]);
  if (text === undefined) return `${shape}${picture}`;
  const { value, height: em, colour, align, bold, maxLines } = text;
  // Lines are broken in millimetres, so the box counts in these too.
  return `${shape}${picture} ${box.width} ${box.height} ${em} ${colour} ${align} ${bold} ${maxLines} ${value}`;
};

/** The marks of `scene` on `panel`, bottom first; a focus lies over everything. */
export const marksOf = (scene: Scene, panel: Panel): readonly Mark[] => {
  const scale = scaleOf(panel);
  const ring = ringOf(scale);
  const marks: Mark[] = [];
  const focus: Mark[] = [];
  for (const node of scene.nodes) {
    const box = toPixels(node.box, scale);
    const extent = node.text === undefined ? box : grown(box, TEXT_BLEED_PX);
    marks.push({ kind: 'node', node, box, extent, key: contentKey(node, box) });
    if (node.focus !== true) continue;
    const outside = grown(box, ring.outside);
    const key = `focus ${box.width} ${box.height}`;
    focus.push({ kind: 'focus', node, box, extent: outside, key });
  }
  return [...marks, ...focus];
};

const samePlace = (a: Mark, b: Mark): boolean => a.box.x === b.box.x && a.box.y === b.box.y;
const same = (a: Mark, b: Mark): boolean => a.key === b.key && samePlace(a, b);

/**
 * Marks that only one of both has, or that changed their place in the order. What is left stands in
 * both, in the same order: pixels outside the changed marks can not differ.
 */
export const changedMarks = (before: readonly Mark[], after: readonly Mark[]): readonly Mark[] => {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && same(before[from]!, after[from]!)) from++;
  let tail = 0;
  while (
    tail < shorter - from &&
    same(before[before.length - 1 - tail]!, after[after.length - 1 - tail]!)
  )
    tail++;
  const old = before.slice(from, before.length - tail);
  const next = after.slice(from, after.length - tail);
  const placeOf = (mark: Mark): string => `${mark.box.x} ${mark.box.y} ${mark.key}`;
  const places = new Map<string, number[]>();
  for (const [index, mark] of old.entries()) {
    const place = placeOf(mark);
    const known = places.get(place);
    if (known === undefined) places.set(place, [index]);
    else known.push(index);
  }
  const changed: Mark[] = [];
  const kept = new Set<number>();
  let last = -1;
  for (const mark of next) {
    const index = places.get(placeOf(mark))?.find((each) => each > last);
    if (index === undefined) {
      changed.push(mark);
    } else {
      kept.add(index);
      last = index;
    }
  }
  changed.push(...old.filter((_, index) => !kept.has(index)));
  return changed;
};

/** Bands with fewer rows between them than this are drawn as one. */
const JOIN_ROWS = 8;

/** Boxes within `panel`, no two of which share a row, that hold every pixel of `changed`; top first. */
export const bandsOf = (
  changed: readonly Mark[],
  { widthPx, heightPx }: Panel,
): readonly PixelBox[] => {
  const whole: PixelBox = { x: 0, y: 0, width: widthPx, height: heightPx };
  const boxes = changed
    .flatMap(({ extent }) => shared(extent, whole) ?? [])
    .sort((a, b) => a.y - b.y);
  const bands: PixelBox[] = [];
  for (const box of boxes) {
    const above = bands.at(-1);
    if (above !== undefined && box.y < above.y + above.height + JOIN_ROWS)
      bands[bands.length - 1] = around(above, box);
    else bands.push(box);
  }
  return bands;
};
