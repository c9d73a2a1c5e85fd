/**
 * The few things that scenes are made of: labels, buttons, fields, sentences below each other. Each
 * brings its nodes and its words, so that what is spoken is what is shown.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import type { Box, Colour, SceneNode, TextAlign } from '#hal/scene.ts';
import type { Look } from './look.ts';
import { fitText, inset, LINE_HEIGHT, linesNeeded, linesThatFit, MIN_TEXT_MM } from './measure.ts';

/** A piece of a scene. */
export type Part = { readonly nodes: readonly SceneNode[]; readonly spoken: readonly string[] };

export const NOTHING: Part = { nodes: [], spoken: [] };

export const joined = (...parts: readonly Part[]): Part => ({
  nodes: parts.flatMap((part) => part.nodes),
  spoken: parts.flatMap((part) => part.spoken),
});

/** Shown only: its words are said elsewhere. */
export const silent = ({ nodes }: Part): Part => ({ nodes, spoken: [] });

/** Said only. */
export const said = (...spoken: readonly string[]): Part => ({ nodes: [], spoken });

/** The targets of a part belong together for the keypad. */
export const grouped = (group: string, { nodes, spoken }: Part): Part => ({
  nodes: nodes.map((node) => (node.target === undefined ? node : { ...node, group })),
  spoken,
});

export type LabelStyle = {
  /** Em size at the standard text size, mm; smaller when the text needs it. */
  readonly size: number;
  readonly colour?: Colour;
  readonly align?: TextAlign;
  readonly bold?: boolean;
};

const textOf = (
  look: Look,
  value: string,
  box: Box,
  style: LabelStyle,
): NonNullable<SceneNode['text']> => {
  const bold = style.bold ?? false;
  const fitted = fitText(value, box, style.size * look.scale, look.least, bold);
  return {
    ...fitted,
    colour: style.colour ?? look.colours.ink,
    align: style.align ?? 'left',
    bold,
    maxLines: Math.max(1, linesThatFit(box, fitted.height)),
  };
};

/** Text in a box, spoken in full. Empty text: nothing. */
export const label = (look: Look, value: string, box: Box, style: LabelStyle): Part =>
  value === ''
    ? NOTHING
    : { nodes: [{ box, text: textOf(look, value, box, style) }], spoken: [value] };

/** A filled field without meaning to the touch. */
export const field = (box: Box, fill: Colour, line?: Colour, radius = 2): Part => ({
  nodes: [
    {
      box,
      fill,
      radius: Math.min(radius, box.width / 2, box.height / 2),
      ...(line === undefined ? {} : { border: { colour: line, width: 0.3 } }),
    },
  ],
  spoken: [],
});

// ---------------------------------------------------------------- buttons

export type ButtonKind = 'primary' | 'plain' | 'danger';

type ButtonColours = { readonly fill: Colour; readonly ink: Colour; readonly line: Colour };

const buttonColours = ({ colours }: Look, kind: ButtonKind): ButtonColours => {
  switch (kind) {
    case 'primary':
      return { fill: colours.accent, ink: colours.onAccent, line: colours.accent };
    case 'plain':
      return { fill: colours.surface, ink: colours.ink, line: colours.rim };
    case 'danger':
      return { fill: colours.surface, ink: colours.danger, line: colours.danger };
  }
};

/** Room between a button's rim and its text. */
export const BUTTON_PADDING_MM = 1.5;

/** What the tick over a chosen node takes from its right side, mm; the drivers draw it that large. */
export const tickRoom = ({ width, height }: Box): number =>
  Math.min(9, Math.max(4, 0.42 * Math.min(width, height))) + 1.4;

export type ButtonMore = {
  /** Em size at the standard text size, mm. */
  readonly size?: number;
  /** Said in focus instead of what stands on it. */
  readonly words?: string;
  readonly chosen?: boolean;
  readonly adjust?: { readonly less: BoothAction; readonly more: BoothAction };
};

/** Where the words of a button stand. */
const buttonInner = (box: Box, chosen: boolean): Box => {
  const inner = inset(box, BUTTON_PADDING_MM);
  return chosen ? { ...inner, width: box.width - BUTTON_PADDING_MM - tickRoom(box) } : inner;
};

/** Something to touch, with its name on it. */
export const button = (
  look: Look,
  target: BoothAction,
  name: string,
  box: Box,
  kind: ButtonKind = 'plain',
  { size = 5, words = name, chosen = false, adjust }: ButtonMore = {},
): Part => {
  const { colours } = look;
  const { fill, ink, line } = buttonColours(look, kind);
  const inner = buttonInner(box, chosen);
  const light = chosen && kind === 'plain';
  return {
    nodes: [
      {
        box,
        fill: light ? colours.chosen : fill,
        border: light ? { colour: colours.chosenLine, width: 0.9 } : { colour: line, width: 0.5 },
        radius: 2,
        target,
        words,
        ...(chosen ? { tick: true } : {}),
        ...(adjust === undefined ? {} : { adjust }),
      },
      {
        box: inner,
        text: textOf(look, name, inner, { size, colour: ink, align: 'centre', bold: true }),
      },
    ],
    spoken: [words],
  };
};

/** Does the name stand on a button of this size, in letters not below `size` or the least? */
export const nameFits = (look: Look, name: string, box: Box, size = MIN_TEXT_MM): boolean => {
  const inner = buttonInner(box, false);
  const height = Math.max(look.least, size);
  const lines = linesNeeded(name, inner.width, height, true);
  return lines !== null && lines * height * LINE_HEIGHT <= inner.height + 1e-6;
};

// ---------------------------------------------------------------- sentences below each other

/** One sentence, and the room before it in ems of its own. */
export type Sentence = LabelStyle & { readonly words: string; readonly before?: number };

type Placed = { readonly size: number; readonly height: number; readonly before: number };

const SHRINK = 0.94;
/** Where room is short the sentences stand this much closer. */
const TIGHT_GAPS = 0.4;
const MAX_SHRINKS = 40;
/** Below this the text gets smaller than the look allows, rather than be cut. */
const LEAST_FACTOR = 0.35;

/** Sizes of the sentences at `factor`; null: a word is wider than the box. */
const placedAt = (
  sentences: readonly Sentence[],
  width: number,
  sizeOf: (sentence: Sentence) => number,
  gaps: number,
): readonly Placed[] | null => {
  const placed: Placed[] = [];
  for (const [index, sentence] of sentences.entries()) {
    const size = sizeOf(sentence);
    const lines = linesNeeded(sentence.words, width, size, sentence.bold ?? false);
    if (lines === null) return null;
    const before = index === 0 ? 0 : (sentence.before ?? 0.5) * size * gaps;
    placed.push({ size, height: lines * size * LINE_HEIGHT, before });
  }
  return placed;
};

const sumOf = (placed: readonly Placed[]): number =>
  placed.reduce((sum, { height, before }) => sum + height + before, 0);

/** All in one proportion, as large as they fit; null: not even in the smallest. */
const proportionOf = (
  look: Look,
  sentences: readonly Sentence[],
  { width, height }: Box,
): readonly Placed[] | null => {
  let factor = 1;
  for (let turn = 0; turn < MAX_SHRINKS; turn += 1) {
    const least = factor > LEAST_FACTOR ? look.least : MIN_TEXT_MM;
    const sizeOf = ({ size }: Sentence): number => Math.max(least, size * look.scale * factor);
    const placed = placedAt(sentences, width, sizeOf, Math.max(TIGHT_GAPS, factor));
    if (placed !== null && sumOf(placed) <= height) return placed;
    factor *= SHRINK;
  }
  return null;
};

/** Do the sentences fit a box without falling below the smallest size of the look? */
export const stackFits = (look: Look, sentences: readonly Sentence[], box: Box): boolean => {
  const placed = placedAt(sentences, box.width, () => look.least, TIGHT_GAPS);
  return placed !== null && sumOf(placed) <= box.height;
};

/** Sentences below each other, as large as there is room, in the middle of the box or at its top. */
export const stack = (
  look: Look,
  sentences: readonly Sentence[],
  box: Box,
  where: 'top' | 'middle' = 'middle',
): Part => {
  const some = sentences.filter(({ words }) => words !== '');
  if (some.length === 0) return NOTHING;
  const share = box.height / some.length;
  const placed =
    proportionOf(look, some, box) ?? some.map(({ size }) => ({ size, height: share, before: 0 }));
  let y = where === 'top' ? box.y : box.y + (box.height - sumOf(placed)) / 2;
  return joined(
    ...some.map((sentence, index) => {
      const { size, height, before } = placed[index] ?? { size: 3, height: share, before: 0 };
      const at = { ...box, y: y + before, height };
      y += before + height;
      return label(look, sentence.words, at, { ...sentence, size: size / look.scale });
    }),
  );
};
