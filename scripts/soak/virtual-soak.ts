/**
 * A long day on virtual time with an eye on what grows: memory after a collection, tasks of the clock,
 * open files. Voters come evenly over the whole day; nothing goes wrong.
 */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { wait } from '#hal/clock.ts';
import { judgeDay } from '../simulate/accounts.ts';
import { makeNature } from '../simulate/nature.ts';
import { liveDay } from '../simulate/people/live.ts';
import { makeSite, type Site } from '../simulate/site.ts';
import { afterWarmUp, slopeOf } from './trend.ts';

const HOUR_MS = 3_600_000;
const SAMPLE_MS = HOUR_MS / 4;
/** Of the samples, before the rest is judged: compiled code and caches come to rest. */
const WARM_UP = 0.4;
/**
 * Papers are read and thrown away with each sample, and what the emulated media hold is taken off: what is
 * left is the machine, its drivers, the emulators, and this tool's own: the text of each paper (2 kB), and
 * the room that emulated media keep for a log to grow. Measured: 4 kB for each voter at 50 an hour.
 */
export const KEPT_A_VOTER_BYTES = 6_000;
/** What each hour may seem to cost: compiled code goes on coming. A whole day of it is 1.4 MB. */
export const KEPT_AN_HOUR_BYTES = 100_000;
/** Tasks of the clock: more than so many at a time is a leak of timers. */
export const TASKS_MOST = 200;

export type SoakSample = {
  /** Since the polls opened. */
  readonly hours: number;
  readonly heapBytes: number;
  readonly tasks: number;
  readonly openFiles: number;
};

export type VirtualSoak = {
  readonly hours: number;
  readonly votes: number;
  readonly samples: readonly SoakSample[];
  /** Memory that stays, for each hour. */
  readonly heapAnHour: number;
  readonly heapAnHourMost: number;
  /** Tasks of the clock an hour after the unit was switched off: nobody is left to wait for anything. */
  readonly tasksLeft: number;
  readonly errors: readonly string[];
};

/** A full collection; the flag makes the function, no option of the program is needed. */
const makeCollector = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

/** What the emulated media hold in the memory of this process. */
const mediaBytes = ({ board }: Site): number =>
  [board.devices.fixed, board.devices.removable].reduce(
    (sum, medium) =>
      sum + [...medium.files().values()].reduce((all, { length }) => all + length, 0),
    0,
  );

const openFiles = (): number => readdirSync('/proc/self/fd').length;

const judge = (soak: Omit<VirtualSoak, 'errors'>): readonly string[] => {
  const { samples, heapAnHour, heapAnHourMost, tasksLeft } = soak;
  const settled = afterWarmUp(samples, WARM_UP);
  const tasks = Math.max(...settled.map((sample) => sample.tasks));
  const files = settled.map((sample) => sample.openFiles);
  const [first = 0] = files;
  return [
    ...(heapAnHour > heapAnHourMost
      ? [`memory grows by ${Math.round(heapAnHour)} bytes an hour, allowed are ${heapAnHourMost}`]
      : []),
    ...(tasks > TASKS_MOST ? [`${tasks} tasks of the clock at a time`] : []),
    ...(Math.max(...files) > first
      ? [`open files grew from ${first} to ${Math.max(...files)}`]
      : []),
    ...(tasksLeft > 0 ? [`${tasksLeft} timers were left behind`] : []),
  ];
};

export const runVirtualSoak = async (options: {
  readonly definition: ElectionDefinition;
  readonly hours: number;
  readonly voters: number;
  readonly seed: number;
  readonly onSample?: (sample: SoakSample) => void;
}): Promise<VirtualSoak> => {
  const { definition, hours, voters, seed } = options;
  const collect = makeCollector();
  const site = makeSite({ definition, voters, seed, everyMs: (hours * HOUR_MS) / voters });
  const nature = makeNature(site, []);
  const samples: SoakSample[] = [];
  const texts: string[] = [];
  let over = false;
  const beganMs = 46 * HOUR_MS;
  const sample = (): void => {
    if (over) return;
    texts.push(...site.room.box.splice(0).map(renderText));
    site.board.devices.printer.takePapers();
    collect();
    const taken = {
      hours: (site.clock.nowMs() - beganMs) / HOUR_MS,
      heapBytes: process.memoryUsage().heapUsed - mediaBytes(site),
      tasks: site.clock.pending(),
      openFiles: openFiles(),
    };
    samples.push(taken);
    options.onSample?.(taken);
    site.clock.after(SAMPLE_MS, sample);
  };
  site.clock.after(beganMs, sample);
  site.switchOn();
  const lived = await site.clock.run(
    liveDay(site, nature).finally(() => {
      over = true;
    }),
  );
  const { company } = lived;
  await site.clock.run(wait(site.clock, HOUR_MS));
  const heapAnHour = slopeOf(
    afterWarmUp(samples, WARM_UP).map(({ hours: x, heapBytes: y }) => ({ x, y })),
  );
  const soak = {
    hours,
    votes: [...company.done].filter(({ again, confirmed }) => !again && confirmed !== null).length,
    samples,
    heapAnHour,
    heapAnHourMost: KEPT_AN_HOUR_BYTES + (KEPT_A_VOTER_BYTES * voters) / hours,
    tasksLeft: site.clock.pending(),
  };
  return {
    ...soak,
    errors: [
      ...judge(soak),
      ...(await judgeDay(site, lived, [...texts, ...site.room.box.map(renderText)])),
    ],
  };
};
