/**
 * The few things that scenes are made of: labels, buttons, fields. Each brings its nodes and its
 * words, so that what is spoken is what is shown.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import type { Box, Colour, Scene, SceneNode, TextAlign } from '#hal/scene.ts';
import { fitText, inset, linesThatFit } from './measure.ts';

/** A piece of a scene. */
export type Part = { readonly nodes: readonly SceneNode[]; readonly spoken: readonly string[] };

export const COLOURS = {
  background: '#eef1f4',
  surface: '#ffffff',
  ink: '#14202b',
  quiet: '#4a5a68',
  line: '#9aa8b4',
  accent: '#0b4f8a',
  onAccent: '#ffffff',
  chosen: '#d8ecd9',
  chosenLine: '#1d6b2f',
  warning: '#ffe3a3',
  warningInk: '#4d3500',
  danger: '#8a1420',
} as const satisfies Record<string, Colour>;

export const NOTHING: Part = { nodes: [], spoken: [] };

export const joined = (...parts: readonly Part[]): Part => ({
  nodes: parts.flatMap((part) => part.nodes),
  spoken: parts.flatMap((part) => part.spoken),
});

export const makeScene = (name: string, part: Part): Scene => ({
  name,
  background: COLOURS.background,
  nodes: part.nodes,
  spoken: part.spoken.filter((words) => words.trim() !== ''),
});

export type LabelStyle = {
  /** Largest em size; smaller when the text needs it. */
  readonly size: number;
  readonly colour?: Colour;
  readonly align?: TextAlign;
  readonly bold?: boolean;
};

const textOf = (value: string, box: Box, style: LabelStyle): NonNullable<SceneNode['text']> => {
  const bold = style.bold ?? false;
  const fitted = fitText(value, box, style.size, bold);
  return {
    ...fitted,
    colour: style.colour ?? COLOURS.ink,
    align: style.align ?? 'left',
    bold,
    maxLines: Math.max(1, linesThatFit(box, fitted.height)),
  };
};

/** Text in a box, spoken in full. Empty text: nothing. */
export const label = (value: string, box: Box, style: LabelStyle): Part =>
  value === '' ? NOTHING : { nodes: [{ box, text: textOf(value, box, style) }], spoken: [value] };

/** Text that is shown only: its words are said elsewhere. */
export const silentLabel = (value: string, box: Box, style: LabelStyle): Part => ({
  nodes: label(value, box, style).nodes,
  spoken: [],
});

/** A filled field without meaning to the touch. */
export const field = (box: Box, fill: Colour, line?: Colour): Part => ({
  nodes: [
    {
      box,
      fill,
      radius: 1.5,
      ...(line === undefined ? {} : { border: { colour: line, width: 0.3 } }),
    },
  ],
  spoken: [],
});

const BUTTON_LOOKS = {
  primary: { fill: COLOURS.accent, ink: COLOURS.onAccent, line: COLOURS.accent },
  plain: { fill: COLOURS.surface, ink: COLOURS.ink, line: COLOURS.quiet },
  danger: { fill: COLOURS.surface, ink: COLOURS.danger, line: COLOURS.danger },
} as const satisfies Record<
  string,
  { readonly fill: Colour; readonly ink: Colour; readonly line: Colour }
>;

export type ButtonLook = keyof typeof BUTTON_LOOKS;

/** Room between a button's rim and its text. */
export const BUTTON_PADDING_MM = 1.5;

/** Something to touch, with its name on it. */
export const button = (
  target: BoothAction,
  words: string,
  box: Box,
  look: ButtonLook = 'plain',
  size = 5,
): Part => {
  const { fill, ink, line } = BUTTON_LOOKS[look];
  const style: LabelStyle = { size, colour: ink, align: 'centre', bold: true };
  const inner = inset(box, BUTTON_PADDING_MM);
  return {
    nodes: [
      { box, fill, border: { colour: line, width: 0.5 }, radius: 2, target },
      { box: inner, text: textOf(words, inner, style) },
    ],
    spoken: [words],
  };
};
