/**
 * A long vote in real time: the bench's processes, devices behind PTYs and sockets, robots that see
 * pixels. Memory, open files and threads of every process are watched from outside.
 */
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { RobotLost } from '../bench/robots/hands.ts';
import { reconcile } from '../day/accounts.ts';
import { evidenceOf } from '../day/evidence.ts';
import { runRealDay } from '../day/real-time.ts';
import { type ProcessUse, processTree } from './process-tree.ts';

const SAMPLE_MS = 5_000;
/** Of the samples of a process: its code is compiled, its caches are full. */
const WARM_UP = 0.4;
/** A robot takes about so long for a voter. */
const VOTER_S = 9;
/**
 * How much more a process may take in the last part of the time than in the part before: resident memory
 * goes up and down with collections, so that the least of each part is compared.
 */
export const GROWTH_MOST = { share: 0.12, bytes: 12e6, openFiles: 2, threads: 2 } as const;
/** Processes seen fewer times than this are short-lived: the counting, a voice. */
const SAMPLES_LEAST = 12;

export type ProcessTrend = {
  readonly name: string;
  readonly pid: number;
  readonly samples: number;
  /** The least of the earlier and of the later part. */
  readonly residentBytes: readonly [earlier: number, later: number];
  /** The most of each part. */
  readonly openFiles: readonly [earlier: number, later: number];
  readonly threads: readonly [earlier: number, later: number];
};

/** Null: not seen often enough to say anything. */
export const trendOf = (uses: readonly ProcessUse[]): ProcessTrend | null => {
  const [first] = uses;
  if (first === undefined || uses.length < SAMPLES_LEAST) return null;
  const settled = uses.slice(Math.floor(uses.length * WARM_UP));
  const half = Math.floor(settled.length / 2);
  const parts = [settled.slice(0, half), settled.slice(half)] as const;
  const both = (of: (part: readonly ProcessUse[]) => number): readonly [number, number] => [
    of(parts[0]),
    of(parts[1]),
  ];
  return {
    name: first.name,
    pid: first.pid,
    samples: uses.length,
    residentBytes: both((part) => Math.min(...part.map((use) => use.residentBytes))),
    openFiles: both((part) => Math.max(...part.map((use) => use.openFiles))),
    threads: both((part) => Math.max(...part.map((use) => use.threads))),
  };
};

/** What grows in a process, in words. */
export const growthOf = ({ name, pid, ...trend }: ProcessTrend): readonly string[] => {
  const found: string[] = [];
  const [before, after] = trend.residentBytes;
  if (after - before > Math.max(GROWTH_MOST.bytes, before * GROWTH_MOST.share))
    found.push(`${name} (${pid}): memory grew from ${before} to ${after} bytes`);
  for (const what of ['openFiles', 'threads'] as const) {
    const [earlier, later] = trend[what];
    if (later - earlier > GROWTH_MOST[what])
      found.push(`${name} (${pid}): ${what} grew from ${earlier} to ${later}`);
  }
  return found;
};

export type RealSoak = {
  readonly minutes: number;
  readonly votes: number;
  readonly processes: readonly ProcessTrend[];
  readonly errors: readonly string[];
};

export const runRealSoak = async (options: {
  readonly definition: ElectionDefinition;
  readonly minutes: number;
  readonly seed: number;
  readonly onProgress: (words: string, done: number, of: number) => void;
}): Promise<RealSoak> => {
  const { definition, minutes, seed, onProgress } = options;
  const seen = new Map<number, ProcessUse[]>();
  const sample = (): void => {
    for (const use of processTree()) seen.set(use.pid, [...(seen.get(use.pid) ?? []), use]);
  };
  const beganMs = performance.now();
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    const day = await runRealDay({
      definition,
      voters: Math.max(5, Math.round((minutes * 60) / VOTER_S)),
      seed,
      locale: definition.locale,
      onProgress,
    }).catch((error: unknown) => {
      if (error instanceof RobotLost) return error;
      throw error;
    });
    const processes = [...seen.values()].flatMap((uses) => trendOf(uses) ?? []);
    const left = processTree().filter(({ pid }) => pid !== process.pid);
    return {
      minutes: (performance.now() - beganMs) / 60_000,
      votes: day instanceof RobotLost ? 0 : day.confirmed.length,
      processes,
      errors: [
        ...processes.flatMap(growthOf),
        ...left.map(({ name, pid }) => `${name} (${pid}) is left running`),
        ...(day instanceof RobotLost
          ? [`a robot is lost: ${day.message}`]
          : reconcile(evidenceOf(definition, day))),
      ],
    };
  } finally {
    clearInterval(timer);
  }
};
