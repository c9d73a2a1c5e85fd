/** The figures of the whole machine under simulation: a faultless day, faulty days an hour, the exploration. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SMALL_PATH } from '../elections/load.ts';
import { simulateDays } from '../simulate/simulate-days.ts';
import type { AreaOptions, Measured } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';
import type { MachineDay } from './machine-day.ts';
import { measureExploration } from './machine-explore.ts';

const CHILD = fileURLToPath(new URL('./machine-day.ts', import.meta.url));
/** The contract: 700 voters. */
const DAY_LIMIT_S = 20;
const FAULTY_DAYS = 40;
const FAULTY_VOTERS = 20;
const THREADS = 2;

const oneDay = async (voters: number, seed: number): Promise<MachineDay> => {
  const args = [...process.execArgv, CHILD, String(voters), String(seed)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as MachineDay;
};

const faultyDays = async (
  onProgress: AreaOptions['onProgress'],
): Promise<{ readonly figure: Figure; readonly findings: readonly string[] }> => {
  const beganMs = performance.now();
  const { days } = await simulateDays({
    electionPath: SMALL_PATH,
    voters: FAULTY_VOTERS,
    only: null,
    firstSeed: 1,
    days: FAULTY_DAYS,
    threads: THREADS,
    onDay: (_day, done) => onProgress('faulty days', done, FAULTY_DAYS),
  });
  const hours = (performance.now() - beganMs) / 3_600_000;
  return {
    figure: figureOf(`faulty days of ${FAULTY_VOTERS} voters, ${THREADS} threads`, 'days an hour', [
      Math.round(days.length / hours),
    ]),
    findings: days.flatMap(({ seed, violations }) =>
      violations.map((violation) => `faulty day ${seed}: ${violation}`),
    ),
  };
};

export const measureMachine = async ({
  voters,
  days,
  onProgress,
}: AreaOptions): Promise<Measured> => {
  const faultless: MachineDay[] = [];
  for (let seed = 1; seed <= days; seed++) {
    onProgress(`a faultless day of ${voters} voters`, seed - 1, days);
    faultless.push(await oneDay(voters, seed));
  }
  const faulty = await faultyDays(onProgress);
  const exploration = await measureExploration(onProgress);
  return {
    figures: [
      figureOf(
        `a faultless day, ${voters} voters and 107 cards, scenes and no pixels`,
        's',
        faultless.map(({ seconds }) => seconds),
        DAY_LIMIT_S,
      ),
      faulty.figure,
      ...exploration.figures,
    ],
    findings: [
      ...faultless.flatMap(({ findings }) => findings),
      ...faulty.findings,
      ...exploration.findings,
    ],
  };
};
