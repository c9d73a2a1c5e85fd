/**
 * Many simulated days, on worker threads: each day is its seed's alone, so that neither their number nor
 * their order changes anything.
 */
import { createHash } from 'node:crypto';
import type { WorkerTask } from './day-worker.ts';
import type { SimulatedDay } from './simulate-day.ts';
import { runSeeds } from './threads.ts';

/** A day that computes for so long is ended: a loop in which no clock ticks. */
const COMPUTED_MOST_MS = 15 * 60_000;

export type DaysOptions = WorkerTask & {
  readonly firstSeed: number;
  readonly days: number;
  readonly threads: number;
  readonly onDay: (day: SimulatedDay, done: number) => void;
};

export type SimulatedDays = {
  /** In the order of their seeds. */
  readonly days: readonly SimulatedDay[];
  /** Over the digests of all days, hex. */
  readonly digest: string;
  readonly faults: Readonly<Record<string, number>>;
};

const endless = (seed: number, voters: number): SimulatedDay => ({
  seed,
  voters,
  digest: '',
  faults: {},
  violations: ['the day computes without end'],
  votes: 0,
  virtualMs: 0,
  tail: [],
});

const sumFaults = (days: readonly SimulatedDay[]): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>();
  for (const { faults } of days)
    for (const [kind, count] of Object.entries(faults))
      sums.set(kind, (sums.get(kind) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
};

export const summarise = (simulated: readonly SimulatedDay[]): SimulatedDays => {
  const days = simulated.toSorted((a, b) => a.seed - b.seed);
  const hash = createHash('sha256');
  for (const { seed, digest } of days) hash.update(`${seed} ${digest}\n`);
  return { days, digest: hash.digest('hex'), faults: sumFaults(days) };
};

export const simulateDays = async (options: DaysOptions): Promise<SimulatedDays> => {
  const { firstSeed, days: count, threads } = options;
  const days: SimulatedDay[] = [];
  let next = firstSeed;
  const nextSeed = (): number | null => (next < firstSeed + count ? next++ : null);
  const { electionPath, voters, only } = options;
  const workerData: WorkerTask = { electionPath, voters, only };
  await runSeeds<SimulatedDay>({
    module: new URL('./day-worker.ts', import.meta.url),
    workerData,
    next: nextSeed,
    threads: Math.min(threads, count),
    limitMs: COMPUTED_MOST_MS,
    endless: (seed) => endless(seed, voters),
    onOutcome: (day) => {
      days.push(day);
      options.onDay(day, days.length);
    },
  });
  return summarise(days);
};
