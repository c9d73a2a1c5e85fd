/**
 * What the unit's own processes weigh, and what the bench's page costs while nobody looks at it: a bench
 * with an open polling station, as `urna bench` starts it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { makeBench } from '../bench/bench.ts';
import { startServer } from '../bench/server.ts';
import { openStateFolder } from '../bench/state-folder.ts';
import { type Figure, figureOf, holdTo } from './figure.ts';

const PSS_LIMIT_MB = 400;
/** Less than this of one core, ms a second, is within the noise of a machine that does other things. */
const PAGE_LIMIT_MS = 5;
const VOTERS = 12;
const SEED = 1;
const PSS_SAMPLES = 5;
const PAGE_SAMPLES = 6;
const WINDOW_MS = 1_500;
/** A unit that has just started settles first. */
const SETTLE_MS = 3_000;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Proportional set size (proc_pid_smaps(5)): shared pages count in shares. */
const pssMb = async (pid: number): Promise<number> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return (Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
};

/** Processor time of this process over a while, ms a second. */
const busyMs = async (): Promise<number> => {
  const before = process.cpuUsage();
  const beganMs = performance.now();
  await rest(WINDOW_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / ((performance.now() - beganMs) / 1_000);
};

export const measureProcesses = async (
  definition: ElectionDefinition,
): Promise<readonly Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-weigh-'));
  const options = { definition, voters: VOTERS, seed: SEED, locale: definition.locale };
  const bench = makeBench({ ...options, state: openStateFolder(folder, options) });
  try {
    await bench.begin('open');
    const session = bench.session();
    if (session === null) throw new Error('the bench has no machine');
    if (session.machine.power() !== 'on')
      throw new Error(`the machine does not run: ${session.machine.failure()}`);
    await session.crew.idle();
    await rest(SETTLE_MS);
    const sums: number[] = [];
    for (let sample = 0; sample < PSS_SAMPLES; sample++) {
      const each = await Promise.all(session.machine.pids().map(pssMb));
      sums.push(each.reduce((sum, mb) => sum + mb, 0));
      await rest(WINDOW_MS / PSS_SAMPLES);
    }
    const more: number[] = [];
    for (let sample = 0; sample < PAGE_SAMPLES; sample++) {
      const without = await busyMs();
      const server = await startServer(bench, 0);
      more.push((await busyMs()) - without);
      await server.close();
    }
    const count = session.machine.pids().length;
    return [
      holdTo(figureOf(`memory of ${count} processes, sum of PSS`, 'MB', sums), PSS_LIMIT_MB),
      holdTo(
        figureOf('page that nobody looks at, more processor time a second', 'ms', more),
        PAGE_LIMIT_MS,
      ),
    ];
  } finally {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  }
};
