/**
 * How soon a unit that is switched on can be touched, and what its processes weigh then: the image in a virtual
 * unit with all its devices, in software emulation on two processors, started directly with its kernel. Its first
 * start, which makes the data partition and waits for the authority, is not counted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../bench/prepare.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { makeAwaitTouch } from '../qemu/first-touch.ts';
import { contentOfImage } from '../qemu/image-content.ts';
import { type Onlooker, openOnlooker, withOnlooker } from '../qemu/onlooker/onlooker.ts';
import { makeVirtualUnit, type VirtualUnit } from '../qemu/virtual-unit.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf, holdTo } from './figure.ts';
import { type StageTime, stageTimes, type TimedLine } from './start-stages.ts';
import { weigh } from './unit-weight.ts';

const STARTS = 3;
const TOUCH_LIMIT_S = 25;
const VOTERS = 3;
const SEED = 1;
const LOOK_MS = 50;
/** Until a start is given up. */
export const START_LIMIT_MS = 600_000;

/** When each line of the boot log was first seen, from now on. */
const listen = (unit: VirtualUnit, beganMs: number) => {
  const lines: TimedLine[] = [];
  const look = (): void => {
    if (!existsSync(unit.bootLog)) return;
    const said = readFileSync(unit.bootLog, 'latin1').split(/\r?\n/).slice(0, -1);
    for (const text of said.slice(lines.length))
      lines.push({ text, atMs: performance.now() - beganMs });
  };
  const timer = setInterval(look, LOOK_MS);
  return { lines, stop: () => clearInterval(timer) };
};

type Started = {
  readonly touchMs: number;
  readonly stages: readonly StageTime[];
  readonly onlooker: Onlooker;
};

const startFigures = (starts: readonly Started[]): readonly Figure[] => [
  holdTo(
    figureOf(
      'switched on to the first thing to touch',
      's',
      starts.map(({ touchMs }) => touchMs / 1_000),
    ),
    TOUCH_LIMIT_S,
  ),
  ...(starts[0]?.stages ?? []).map(({ name }, at) =>
    figureOf(
      `  of it: ${name}`,
      's',
      starts.map(({ stages }) => (stages[at]?.ms ?? Number.NaN) / 1_000),
    ),
  ),
];

export const measureStarts = async (
  image: string,
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  const definition = loadOwnDefinition(DEMO_PATH);
  const options = { definition, locale: definition.locale, voters: VOTERS, seed: SEED };
  const prepared = await prepare('friday', options);
  const folder = await mkdtemp(join(tmpdir(), 'urna-start-'));
  const content = contentOfImage(image);
  const unit = await makeVirtualUnit(prepared, {
    folder,
    content: async (at) => withOnlooker(await content(at), at),
  });
  const awaitTouch = await makeAwaitTouch(unit, prepared);
  const touchable = async (beganMs: number): Promise<number> => {
    // Nothing can be touched before the last stage.
    await unit.start();
    await awaitTouch(START_LIMIT_MS);
    return performance.now() - beganMs;
  };
  const start = async (): Promise<Started> => {
    const beganMs = performance.now();
    const { lines, stop } = listen(unit, beganMs);
    try {
      const both = [touchable(beganMs), openOnlooker(folder, START_LIMIT_MS)] as const;
      const [touchMs, onlooker] = await Promise.all(both);
      return { touchMs, stages: stageTimes(lines, touchMs), onlooker };
    } finally {
      stop();
    }
  };
  try {
    onProgress('a first start, with its certificate', 0, 0);
    const starts: Started[] = [await start()];
    for (let at = 0; at < STARTS; at++) {
      onProgress('starts', at, STARTS);
      starts.at(-1)?.onlooker.shell.close();
      await unit.cutPower();
      starts.push(await start());
    }
    onProgress('memory', 0, 0);
    const memory = await weigh(starts.at(-1)!.onlooker, 'after the start');
    return [...startFigures(starts.slice(1)), memory];
  } finally {
    await unit.close();
    await rm(folder, { recursive: true, force: true });
  }
};
