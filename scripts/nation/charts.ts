/** Charts as SVG that stands in the page itself: drawn from figures, without a script, at home on paper. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

const fixed = (value: number): string => String(Number(value.toFixed(2)));

type Dot = { readonly x: number; readonly y: number; readonly angle: number };

const WIDTH = 720;
const MARGIN = 12;
const INNER = 0.38;
/** Of the room between two dots, what a dot takes. */
const FILL = 0.82;

/** Seats of each row of a half circle: in proportion to its radius, the outermost takes what is left. */
const perRow = (seats: number, radii: readonly number[]): readonly number[] => {
  const sum = radii.reduce((total, radius) => total + radius, 0);
  let left = seats;
  return radii.map((radius, index) => {
    const here = index === radii.length - 1 ? left : Math.round((seats * radius) / sum);
    left -= here;
    return here;
  });
};

/** Rows that make dots about as far apart along a row as from row to row. */
const rowCount = (seats: number): number =>
  Math.max(1, Math.round(Math.sqrt((seats * (1 - INNER)) / ((Math.PI * (1 + INNER)) / 2))));

const dotsOf = (seats: number): { readonly dots: readonly Dot[]; readonly size: number } => {
  const outer = WIDTH / 2 - MARGIN;
  const rows = rowCount(seats);
  const step = rows === 1 ? 0 : (outer * (1 - INNER)) / (rows - 1);
  const radii = Array.from({ length: rows }, (_, row) => outer - step * (rows - 1 - row));
  const counts = perRow(seats, radii);
  const dots = radii.flatMap((radius, row) => {
    const count = counts[row] ?? 0;
    return Array.from({ length: count }, (_, at) => {
      const angle = count === 1 ? Math.PI / 2 : Math.PI - (Math.PI * at) / (count - 1);
      return {
        x: WIDTH / 2 + radius * Math.cos(angle),
        y: outer + MARGIN - radius * Math.sin(angle),
        angle,
      };
    });
  });
  const along = radii.map(
    (radius, row) => (Math.PI * radius) / Math.max(1, (counts[row] ?? 1) - 1),
  );
  const size = (FILL * Math.min(step || outer, outer / 8, ...along)) / 2;
  return { dots: [...dots].sort((a, b) => b.angle - a.angle), size };
};

/** A half circle with a dot for each seat, filled from the left in the order of the groups. */
export const halfCircle = (
  groups: readonly { readonly colour: string; readonly count: number }[],
  description: string,
): string => {
  const seats = groups.reduce((sum, { count }) => sum + count, 0);
  if (seats === 0) return '';
  const { dots, size } = dotsOf(seats);
  let at = 0;
  const parts = groups.map(({ colour, count }) => {
    const here = dots.slice(at, at + count);
    at += count;
    const circles = here
      .map(({ x, y }) => `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(size)}"/>`)
      .join('');
    return `<g fill="${escaped(colour)}">${circles}</g>`;
  });
  // Few seats have large dots, which reach beyond the margin.
  const beyond = Math.max(0, Math.ceil(size - MARGIN) + 1);
  const view = [-beyond, -beyond, WIDTH + 2 * beyond, WIDTH / 2 + MARGIN + 2 * beyond].map(fixed);
  return `<svg class="chamber" viewBox="${view.join(' ')}" role="img" aria-label="${escaped(description)}">${parts.join('')}<text x="${WIDTH / 2}" y="${fixed(WIDTH / 2 - MARGIN)}" text-anchor="middle" class="big">${seats}</text></svg>`;
};

/** A bar for a cell of a table, whose figure stands beside it: for the eye alone. `share`: 0 to 1. */
export const bar = (share: number, colour: string): string =>
  `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="10" class="ground"/><rect width="${fixed(100 * Math.max(0, Math.min(1, share)))}" height="10" fill="${escaped(colour)}"/></svg>`;

const SQUARE = 12;

/** A square for each seat, in the colours of who has it; for the eye alone. */
export const squares = (
  groups: readonly { readonly colour: string; readonly count: number }[],
): string => {
  const colours = groups.flatMap(({ colour, count }) => new Array<string>(count).fill(colour));
  const parts = colours.map(
    (colour, at) =>
      `<rect x="${at * SQUARE + 1}" y="1" width="${SQUARE - 2}" height="${SQUARE - 2}" fill="${escaped(colour)}"/>`,
  );
  const width = colours.length * SQUARE;
  return `<svg class="squares" width="${width}" height="${SQUARE}" viewBox="0 0 ${width} ${SQUARE}" aria-hidden="true">${parts.join('')}</svg>`;
};
