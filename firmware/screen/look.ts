/**
 * How everything looks under a voter's settings: colours that belong together, and sizes of text. The
 * scenes name what a colour is for; the scheme says which it is.
 */
import {
  CONTRASTS,
  type Contrast,
  TEXT_SIZES,
  type TextSize,
  type VoterSettings,
} from '#firmware/booth/aids.ts';
import type { Colour } from '#hal/scene.ts';

export type Palette = {
  readonly background: Colour;
  readonly surface: Colour;
  readonly ink: Colour;
  /** Ink of what matters less; still legible on background and surface. */
  readonly quiet: Colour;
  /** Rims of what is only looked at. */
  readonly line: Colour;
  /** Rims of what can be touched. */
  readonly rim: Colour;
  readonly accent: Colour;
  readonly onAccent: Colour;
  readonly chosen: Colour;
  readonly chosenLine: Colour;
  readonly warning: Colour;
  readonly warningInk: Colour;
  readonly danger: Colour;
};

/**
 * Light; black on white; white and yellow on black; and a warm one of little glare that tells nothing
 * apart by red and green. Every ink is 4.5 : 1 or more on whatever it stands on (WCAG 2.2, 1.4.3).
 */
export const PALETTES = {
  standard: {
    background: '#eef1f5',
    surface: '#ffffff',
    ink: '#14202b',
    quiet: '#465663',
    line: '#c3ccd5',
    rim: '#5d6d7b',
    accent: '#0b4f8a',
    onAccent: '#ffffff',
    chosen: '#dcefdd',
    chosenLine: '#1b6b2d',
    warning: '#fff0c7',
    warningInk: '#4d3500',
    danger: '#9b1525',
  },
  blackOnWhite: {
    background: '#ffffff',
    surface: '#ffffff',
    ink: '#000000',
    quiet: '#000000',
    line: '#000000',
    rim: '#000000',
    accent: '#000000',
    onAccent: '#ffffff',
    chosen: '#dedede',
    chosenLine: '#000000',
    warning: '#ffffff',
    warningInk: '#000000',
    danger: '#000000',
  },
  whiteOnBlack: {
    background: '#000000',
    surface: '#000000',
    ink: '#ffffff',
    quiet: '#ffffff',
    line: '#ffffff',
    rim: '#ffffff',
    accent: '#ffd400',
    onAccent: '#000000',
    chosen: '#3a3000',
    chosenLine: '#ffd400',
    warning: '#000000',
    warningInk: '#ffd400',
    danger: '#ffd400',
  },
  soft: {
    background: '#d9d0bd',
    surface: '#e6decd',
    ink: '#2b2519',
    quiet: '#4b4332',
    line: '#b3a88f',
    rim: '#6f6650',
    accent: '#1d4566',
    onAccent: '#f3ecdc',
    chosen: '#c3d3df',
    chosenLine: '#1d4566',
    warning: '#f0d9a0',
    warningInk: '#40300c',
    danger: '#6b2f00',
  },
} as const satisfies Record<Contrast, Palette>;

/** Em sizes in millimetres: the smallest text of a voter's scenes, and how much larger the others are. */
const SIZES = {
  standard: { least: 3, scale: 1 },
  large: { least: 4, scale: 1.2 },
  larger: { least: 5, scale: 1.4 },
  largest: { least: 6, scale: 1.6 },
} as const satisfies Record<TextSize, { readonly least: number; readonly scale: number }>;

export type Look = {
  readonly contrast: Contrast;
  readonly text: TextSize;
  readonly colours: Palette;
  /** Smallest em size, mm. */
  readonly least: number;
  /** Sizes asked for are multiplied by this. */
  readonly scale: number;
};

/** One look for each pair of settings, so that what is worked out for a look is worked out once. */
const LOOKS: ReadonlyMap<string, Look> = new Map(
  CONTRASTS.flatMap((contrast) =>
    TEXT_SIZES.map((text): [string, Look] => [
      `${contrast} ${text}`,
      { contrast, text, colours: PALETTES[contrast], ...SIZES[text] },
    ]),
  ),
);

/** Where nobody has chosen anything. */
export const USUAL_LOOK: Look = {
  contrast: 'standard',
  text: 'standard',
  colours: PALETTES.standard,
  ...SIZES.standard,
};

export const lookOf = ({ text, contrast }: Pick<VoterSettings, 'text' | 'contrast'>): Look =>
  LOOKS.get(`${contrast} ${text}`) ?? USUAL_LOOK;
