/** The figures of an election day: each day in a process of its own, one after the other. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WatchedStage } from '../day/stage-watch.ts';
import { type Figure, figureOf } from './figure.ts';
import type { MeasuredDay } from './measured-day.ts';

const CHILD = fileURLToPath(new URL('./measured-day.ts', import.meta.url));
/** The contract: 700 voters and 107 cards in under a minute, in less than 400 MB. */
const WHOLE_LIMIT_S = 60;
const PEAK_LIMIT_MB = 400;

export type DayMeasures = {
  readonly figures: readonly Figure[];
  /** What did not agree at the end of a measured day: its figures mean nothing then. */
  readonly findings: readonly string[];
};

const runChild = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, CHILD, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new Error(`the measured day ended with ${code ?? 'a signal'}`));
    });
  });

const oneDay = async (voters: number, seed: number): Promise<MeasuredDay & { wallMs: number }> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-measure-'));
  try {
    const beganMs = performance.now();
    const told = await runChild([folder, String(voters), String(seed)]);
    const wallMs = performance.now() - beganMs;
    return { ...(JSON.parse(told) as MeasuredDay), wallMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Days of seeds 1 to `days`. Rejects when a day does not come to its end. */
export const measureDay = async (
  voters: number,
  days: number,
  onDay: (done: number) => void,
): Promise<DayMeasures> => {
  const measured: (MeasuredDay & { wallMs: number })[] = [];
  for (let seed = 1; seed <= days; seed++) {
    measured.push(await oneDay(voters, seed));
    onDay(seed);
  }
  const each = (of: (day: MeasuredDay & { wallMs: number }) => number): readonly number[] =>
    measured.map(of);
  const stays = (stage: WatchedStage, of: 'realMs' | 'virtualMs'): readonly number[] =>
    measured.flatMap(({ figures }) =>
      figures.stays.filter((stay) => stay.stage === stage).map((stay) => stay[of]),
    );
  const seconds = (samples: readonly number[]): readonly number[] => samples.map((ms) => ms / 1000);
  const aVote = (of: 'bytesWritten' | 'syncs' | 'cpuMs') =>
    each(({ figures, ballots }) => figures.voting[of] / ballots);
  const cards = measured[0]?.cards ?? 0;
  const name = `day, ${voters} voters, ${cards} cards`;
  return {
    findings: measured.flatMap(({ findings }) => findings),
    figures: [
      figureOf(`${name}: whole`, 's', seconds(each(({ wallMs }) => wallMs)), WHOLE_LIMIT_S),
      figureOf(`${name}: without drawing papers`, 's', seconds(each(({ dayMs }) => dayMs))),
      figureOf(
        `${name}: peak memory`,
        'MB',
        each((day) => day.peakBytes / 1e6),
        PEAK_LIMIT_MB,
      ),
      figureOf('written a vote, both media', 'bytes', aVote('bytesWritten')),
      figureOf('syncs a vote, both media', 'syncs', aVote('syncs')),
      figureOf('processor a vote, devices and robots included', 'ms', aVote('cpuMs')),
      figureOf('zero report', 'ms', stays('zeroReport', 'realMs')),
      figureOf(
        'zero report, at the pace of printer and wire',
        's',
        seconds(stays('zeroReport', 'virtualMs')),
      ),
      figureOf('tabulation: opening and counting', 'ms', stays('counting', 'realMs')),
      figureOf('tally report, a copy', 'ms', stays('tallyReport', 'realMs')),
      figureOf(
        'tally report, a copy, at the pace of printer and wire',
        's',
        seconds(stays('tallyReport', 'virtualMs')),
      ),
      figureOf(
        'longest event-loop block, day',
        'ms',
        each((day) => day.dayBlockMs),
      ),
      figureOf(
        'longest event-loop block, drawing papers',
        'ms',
        each((day) => day.drawingBlockMs),
      ),
    ],
  };
};
