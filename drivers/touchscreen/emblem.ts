/**
 * Generated emblems for parties that bring no picture: same seed, same emblem, on every machine. A
 * field in the first colour, a figure in the second, a small charge in the third.
 */
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Colour } from '#hal/scene.ts';

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
};

/** Numbers below `limit`, always the same for one seed. */
const makePicks = (seed: string): ((limit: number) => number) => {
  let turn = 0;
  return (limit) => hashOf(`${seed}\0${turn++}`) % limit;
};

type Point = readonly [number, number];

const polygon = (context: SKRSContext2D, points: readonly Point[]): void => {
  context.beginPath();
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
  context.fill();
};

/** Points around a circle, alternating between two radii. */
const around = (count: number, outer: number, inner: number): readonly Point[] =>
  Array.from({ length: 2 * count }, (_, index): Point => {
    const angle = (Math.PI * index) / count - Math.PI / 2;
    const radius = index % 2 === 0 ? outer : inner;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });

const disc = (context: SKRSContext2D, x: number, y: number, radius: number): void => {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
};

/** Figures in a square from -1 to 1. `variant` is any small number. */
type Figure = (context: SKRSContext2D, variant: number) => void;

const FIGURES: readonly Figure[] = [
  (context, variant) => polygon(context, around(4 + (variant % 5), 0.8, 0.36)),
  (context, variant) => polygon(context, around(10 + (variant % 7), 0.8, 0.58)),
  (context) => {
    for (const y of [-0.7, -0.1, 0.5]) context.fillRect(-1, y, 2, 0.3);
  },
  (context) => {
    context.fillRect(-0.22, -0.8, 0.44, 1.6);
    context.fillRect(-0.8, -0.22, 1.6, 0.44);
  },
  (context) => {
    polygon(context, [
      [0, -0.85],
      [0.8, 0],
      [0, 0.85],
      [-0.8, 0],
    ]);
  },
  (context) => {
    polygon(context, [
      [-1, 1],
      [1, -1],
      [1, 1],
    ]);
  },
  (context) => {
    context.beginPath();
    context.arc(0, 0, 0.75, 0, 2 * Math.PI);
    context.arc(0, 0, 0.42, 0, 2 * Math.PI, true);
    context.fill();
  },
  (context, variant) => {
    const count = 3 + (variant % 3);
    for (let index = 0; index < count; index++) {
      const angle = (2 * Math.PI * index) / count - Math.PI / 2;
      disc(context, 0.48 * Math.cos(angle), 0.48 * Math.sin(angle), 0.3);
    }
  },
  (context) => {
    for (const y of [-0.45, 0.15]) {
      polygon(context, [
        [-0.75, y + 0.45],
        [0, y - 0.25],
        [0.75, y + 0.45],
        [0.75, y + 0.75],
        [0, y + 0.05],
        [-0.75, y + 0.75],
      ]);
    }
  },
  (context) => {
    disc(context, 0, 0.35, 0.5);
    for (let index = 0; index < 5; index++) {
      const angle = Math.PI + (Math.PI * (index + 0.5)) / 5;
      context.save();
      context.translate(0, 0.35);
      context.rotate(angle);
      context.fillRect(0.58, -0.08, 0.42, 0.16);
      context.restore();
    }
  },
];

const CHARGES: readonly Figure[] = [
  () => {},
  (context) => disc(context, 0, 0, 0.24),
  (context) => polygon(context, around(5, 0.32, 0.13)),
  (context) => {
    context.beginPath();
    context.arc(0, 0, 0.27, 0, 2 * Math.PI);
    context.arc(0, 0, 0.14, 0, 2 * Math.PI, true);
    context.fill();
  },
];

/** Figures that stand out less than this from their field are drawn in white or black. */
const MIN_CONTRAST = 1.7;

/** Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, "relative luminance"). */
const luminanceOf = (colour: Colour): number => {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
};

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
const contrastOf = (first: Colour, second: Colour): number => {
  const [a, b] = [luminanceOf(first), luminanceOf(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};

/** `wanted`, or white or black where it would be lost on `ground`. */
const standingOut = (wanted: Colour, ground: Colour): Colour => {
  if (contrastOf(wanted, ground) >= MIN_CONTRAST) return wanted;
  return luminanceOf(ground) > 0.18 ? '#111111' : '#ffffff';
};

const FALLBACK: readonly [Colour, Colour, Colour] = ['#1d3f72', '#f3c623', '#ffffff'];

const EDGE = 'rgba(0, 0, 0, 0.35)';

/** Draws the emblem of `seed` as a square of `size` pixels with its centre at (`x`, `y`). */
export const drawEmblem = (
  context: SKRSContext2D,
  emblem: { readonly seed: string; readonly colours: readonly Colour[] },
  x: number,
  y: number,
  size: number,
): void => {
  const pick = makePicks(emblem.seed);
  const [field = FALLBACK[0], second = FALLBACK[1], third = FALLBACK[2]] = emblem.colours;
  const figure = standingOut(second, field);
  const charge = standingOut(third, figure);
  context.save();
  context.translate(x, y);
  context.scale(size / 2, size / 2);
  const round = pick(3) === 0;
  const outline = (): void => {
    context.beginPath();
    if (round) context.arc(0, 0, 1, 0, 2 * Math.PI);
    else context.roundRect(-1, -1, 2, 2, 0.22);
  };
  outline();
  context.clip();
  context.fillStyle = field;
  context.fillRect(-1, -1, 2, 2);
  context.fillStyle = figure;
  FIGURES[pick(FIGURES.length)]?.(context, pick(7));
  context.fillStyle = charge;
  CHARGES[pick(CHARGES.length)]?.(context, pick(7));
  // A field of the background's colour still has an edge.
  context.strokeStyle = EDGE;
  context.lineWidth = 0.08;
  outline();
  context.stroke();
  context.restore();
};
