/** The volume test over many precinct days, kept in a file so that it can go on where it was. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UsageError } from '../commands/options.ts';
import { runSeeds } from '../simulate/threads.ts';
import type { VolumeDay } from './volume-day.ts';
import type { VolumeTask } from './volume-worker.ts';

/** What is done so far. Days are numbered by their seeds: 1, 2, ... */
export type VolumeState = {
  readonly electionPath: string;
  readonly voters: number;
  readonly doneSeeds: readonly number[];
  readonly ballots: number;
  readonly positions: number;
  readonly marks: number;
  readonly papers: number;
  readonly errors: readonly { readonly seed: number; readonly error: string }[];
  /** Spent so far, ms. */
  readonly spentMs: number;
};

export const freshState = ({ electionPath, voters }: VolumeTask): VolumeState => ({
  electionPath,
  voters,
  doneSeeds: [],
  ballots: 0,
  positions: 0,
  marks: 0,
  papers: 0,
  errors: [],
  spentMs: 0,
});

/** A day of a thousand voters on a slow machine, and much more. */
const DAY_MOST_MS = 30 * 60_000;

/** The state in `path`, or a fresh one; a file of another run is no state of this one. */
export const readState = (path: string | undefined, task: VolumeTask): VolumeState => {
  if (path === undefined || !existsSync(path)) return freshState(task);
  let found: VolumeState;
  try {
    found = JSON.parse(readFileSync(path, 'utf8')) as VolumeState;
  } catch {
    throw new UsageError(`--state ${path} holds no state of a volume run`);
  }
  if (found.electionPath !== task.electionPath || found.voters !== task.voters)
    throw new UsageError(`--state ${path} is of another election or number of voters`);
  return found;
};

const keepState = (path: string | undefined, state: VolumeState): void => {
  if (path === undefined) return;
  writeFileSync(`${path}.new`, `${JSON.stringify(state)}\n`);
  renameSync(`${path}.new`, path);
};

const withDay = (state: VolumeState, day: VolumeDay, spentMs: number): VolumeState => ({
  ...state,
  doneSeeds: [...state.doneSeeds, day.seed].sort((a, b) => a - b),
  ballots: state.ballots + day.ballots,
  positions: state.positions + day.positions,
  marks: state.marks + day.marks,
  papers: state.papers + day.papers,
  errors: [...state.errors, ...day.errors.map((error) => ({ seed: day.seed, error }))],
  spentMs,
});

export type VolumeOptions = {
  readonly from: VolumeState;
  /** Ballot positions to be presented at least. */
  readonly positions: number;
  readonly threads: number;
  readonly statePath: string | undefined;
  readonly onDay: (state: VolumeState) => void;
};

/** Goes on until so many positions were presented. The days begun by then are finished. */
export const runVolume = async (options: VolumeOptions): Promise<VolumeState> => {
  const { positions, threads, statePath } = options;
  let state = options.from;
  const beganMs = performance.now() - state.spentMs;
  const begun = new Set(state.doneSeeds);
  const next = (): number | null => {
    if (state.positions >= positions) return null;
    let seed = 1;
    while (begun.has(seed)) seed++;
    begun.add(seed);
    return seed;
  };
  const { electionPath, voters } = state;
  const workerData: VolumeTask = { electionPath, voters };
  await runSeeds<VolumeDay>({
    module: new URL('./volume-worker.ts', import.meta.url),
    workerData,
    next,
    threads,
    limitMs: DAY_MOST_MS,
    endless: (seed) => ({
      seed,
      ballots: 0,
      positions: 0,
      marks: 0,
      papers: 0,
      errors: ['the day computes without end'],
    }),
    onOutcome: (day) => {
      state = withDay(state, day, performance.now() - beganMs);
      keepState(statePath, state);
      options.onDay(state);
    },
  });
  return state;
};
