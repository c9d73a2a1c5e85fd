/**
 * The signs over the headlines: a disc with a few bars and rounds in it, drawn from the same nodes as
 * everything else. They help those who read little; nothing is said by a sign alone.
 */
import type { Box, Colour, SceneNode } from '#hal/scene.ts';
import type { Look } from './look.ts';
import { field, joined, label, type Part, silent } from './parts.ts';

export type Sign =
  | 'info'
  | 'ask'
  | 'wait'
  | 'alert'
  | 'done'
  | 'vote'
  | 'paper'
  | 'token'
  | 'memory'
  | 'power'
  | 'envelope';

/** A shape in hundredths of the disc's side: x, y, width, height, radius; `ground`: cut out of others. */
type Shape = readonly [number, number, number, number, number, ('mark' | 'ground')?];

const SHAPES: Readonly<Partial<Record<Sign, readonly Shape[]>>> = {
  // Three rounds that wait.
  wait: [
    [22, 44, 13, 13, 7],
    [43.5, 44, 13, 13, 7],
    [65, 44, 13, 13, 7],
  ],
  // A sheet half in the slot of a box.
  vote: [
    [36, 18, 28, 36, 2],
    [42, 26, 16, 3, 1, 'ground'],
    [42, 33, 16, 3, 1, 'ground'],
    [22, 50, 56, 30, 4],
    [32, 56, 36, 4, 2, 'ground'],
  ],
  // A record as it comes out of the printer.
  paper: [
    [20, 24, 60, 14, 4],
    [31, 32, 38, 48, 2],
    [38, 44, 24, 4, 1, 'ground'],
    [38, 53, 24, 4, 1, 'ground'],
    [38, 62, 15, 4, 1, 'ground'],
  ],
  // A stick with its plug.
  token: [
    [40, 16, 20, 18, 2],
    [44.5, 21, 4, 5, 1, 'ground'],
    [51.5, 21, 4, 5, 1, 'ground'],
    [33, 34, 34, 48, 6],
    [45, 62, 10, 10, 5, 'ground'],
  ],
  // A card with contacts.
  memory: [
    [28, 20, 44, 60, 4],
    [34, 27, 6, 12, 1, 'ground'],
    [43, 27, 6, 12, 1, 'ground'],
    [52, 27, 6, 12, 1, 'ground'],
    [61, 27, 6, 12, 1, 'ground'],
  ],
  // A battery with little in it.
  power: [
    [18, 34, 58, 32, 4],
    [76, 43, 6, 14, 2],
    [24, 40, 46, 20, 2, 'ground'],
    [27, 43, 12, 14, 1],
  ],
  envelope: [
    [20, 30, 60, 40, 3],
    [20, 44, 60, 3, 1, 'ground'],
    [44, 40, 12, 11, 6, 'ground'],
    [46.5, 42.5, 7, 6, 3],
  ],
};

const LETTERS: Readonly<Partial<Record<Sign, string>>> = { info: 'i', ask: '?', alert: '!' };

/** The largest tick that the drivers draw, and its share and margin in a node's corner, mm. */
const TICK = { most: 9, share: 0.42, margin: 0.7 } as const;

/** The tick lies in the lower right corner of its node: so that it comes to lie in the middle. */
const doneSign = (box: Box): Part => {
  const side = TICK.most / TICK.share;
  const right = box.x + box.width / 2 + TICK.most / 2 + TICK.margin;
  const bottom = box.y + box.height / 2 + TICK.most / 2 + TICK.margin;
  const at = { x: right - side, y: bottom - side, width: side, height: side };
  return { nodes: [{ box: at, tick: true }], spoken: [] };
};

const shapeNode = (
  { x, y, width }: Box,
  [left, top, wide, high, radius, kind = 'mark']: Shape,
  mark: Colour,
  ground: Colour,
): SceneNode => {
  const unit = width / 100;
  return {
    box: { x: x + left * unit, y: y + top * unit, width: wide * unit, height: high * unit },
    fill: kind === 'mark' ? mark : ground,
    radius: radius * unit,
  };
};

/** A sign in a square box: `ground` is the disc, `mark` what is drawn on it. */
export const signPart = (look: Look, sign: Sign, box: Box, ground: Colour, mark: Colour): Part => {
  if (sign === 'done') return doneSign(box);
  const disc = field(box, ground, undefined, box.width / 2);
  const letter = LETTERS[sign];
  if (letter !== undefined) {
    const plain: Look = { ...look, scale: 1 };
    const style = { size: box.height * 0.62, bold: true, align: 'centre', colour: mark } as const;
    return silent(joined(disc, label(plain, letter, box, style)));
  }
  const shapes = (SHAPES[sign] ?? []).map((shape) => shapeNode(box, shape, mark, ground));
  return { nodes: [...disc.nodes, ...shapes], spoken: [] };
};
