/** A measured figure as `urna measure` tells it, from its samples. */

export type Figure = {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  /** Null below a hundred samples: there is no such thing then. */
  readonly p99: number | null;
  /** What the same work takes at least, where that was measured. */
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly n: number;
  readonly limit: number | null;
  /** Null: there is no limit. */
  readonly ok: boolean | null;
};

const P99_SAMPLES = 100;
const DIGITS = 4;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** Nearest rank. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

/** Throws without samples. The limit holds for each sample, so for the largest. */
export const figureOf = (
  name: string,
  unit: string,
  samples: readonly number[],
  limit: number | null = null,
): Figure => {
  if (samples.length === 0) throw new Error(`no sample of ${name}`);
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    name,
    unit,
    median: rounded(quantile(sorted, 0.5)),
    p99: sorted.length < P99_SAMPLES ? null : rounded(quantile(sorted, 0.99)),
    floor: null,
    ratio: null,
    n: sorted.length,
    limit,
    ok: limit === null ? null : quantile(sorted, 1) <= limit,
  };
};

/** Limits of the median and, where there are samples enough, of the 99th percentile; the limit told is the median's. */
export const holdTo = (
  figure: Figure,
  medianMost: number,
  p99Most: number | null = null,
): Figure => {
  const late = p99Most !== null && figure.p99 !== null && figure.p99 > p99Most;
  return { ...figure, limit: medianMost, ok: figure.median <= medianMost && !late };
};

/** The same work at its least, measured in the same run, beside a figure; the limit is of the ratio of the medians. */
export const againstFloor = (
  figure: Figure,
  floor: readonly number[],
  mostRatio: number | null = null,
): Figure => {
  const least = figureOf(figure.name, figure.unit, floor).median;
  const ratio = rounded(figure.median / least);
  const within = mostRatio === null ? null : ratio <= mostRatio;
  const ok = figure.ok === null ? within : figure.ok && within !== false;
  return { ...figure, floor: least, ratio, limit: mostRatio ?? figure.limit, ok };
};

/** The figures as a table for people. */
export const figureTable = (figures: readonly Figure[]): string => {
  const cell = (value: number | null): string => (value === null ? '' : String(value));
  const rows = figures.map(({ name, unit, median, p99, floor, ratio, n, limit, ok }) => [
    name,
    cell(median),
    cell(p99),
    unit,
    cell(floor),
    cell(ratio),
    cell(n),
    cell(limit),
    ok === null ? '' : ok ? 'ok' : 'MISSED',
  ]);
  const table = [['', 'median', 'p99', 'unit', 'floor', 'ratio', 'n', 'limit', ''], ...rows];
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = (column: number): boolean => [1, 2, 4, 5, 6, 7].includes(column);
  return table
    .map((row) =>
      row
        .map((text, column) =>
          isNumber(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
