/**
 * How soon a unit that is switched on can be touched, and what its processes weigh then: the image in a virtual
 * unit with all its devices, in software emulation on two processors, started directly with its kernel. Its first
 * start, which makes the data partition and waits for the authority, is not counted. The image is started as it is;
 * who looks on inside, to weigh, is there in starts of their own alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../bench/prepare.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { makeAwaitTouch } from '../qemu/first-touch.ts';
import { contentOfImage } from '../qemu/image-content.ts';
import { openOnlooker, withOnlooker } from '../qemu/onlooker/onlooker.ts';
import {
  makeVirtualUnit,
  type VirtualUnit,
  type VirtualUnitOptions,
} from '../qemu/virtual-unit.ts';
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

type Started = { readonly touchMs: number; readonly stages: readonly StageTime[] };

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

/** A unit with this content, delivered and never started. */
const withUnit = async <T>(
  content: VirtualUnitOptions['content'],
  work: (unit: VirtualUnit, start: () => Promise<Started>, folder: string) => Promise<T>,
): Promise<T> => {
  const definition = loadOwnDefinition(DEMO_PATH);
  const options = { definition, locale: definition.locale, voters: VOTERS, seed: SEED };
  const prepared = await prepare('friday', options);
  const folder = await mkdtemp(join(tmpdir(), 'urna-start-'));
  const unit = await makeVirtualUnit(prepared, { folder, content });
  try {
    const awaitTouch = await makeAwaitTouch(unit, prepared);
    const start = async (): Promise<Started> => {
      const beganMs = performance.now();
      const { lines, stop } = listen(unit, beganMs);
      try {
        // Nothing can be touched before the last stage.
        await unit.start();
        await awaitTouch(START_LIMIT_MS);
        const touchMs = performance.now() - beganMs;
        return { touchMs, stages: stageTimes(lines, touchMs) };
      } finally {
        stop();
      }
    };
    return await work(unit, start, folder);
  } finally {
    await unit.close();
    await rm(folder, { recursive: true, force: true });
  }
};

export const measureStarts = async (
  image: string,
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  const content = contentOfImage(image);
  const starts = await withUnit(content, async (unit, start) => {
    onProgress('a first start, with its certificate', 0, 0);
    await start();
    const timed: Started[] = [];
    for (let at = 0; at < STARTS; at++) {
      onProgress('starts', at, STARTS);
      await unit.cutPower();
      timed.push(await start());
    }
    return timed;
  });
  const looked: VirtualUnitOptions['content'] = async (at) => withOnlooker(await content(at), at);
  const memory = await withUnit(looked, async (unit, start, folder) => {
    onProgress('memory', 0, 0);
    await start();
    await unit.cutPower();
    const [onlooker] = await Promise.all([openOnlooker(folder, START_LIMIT_MS), start()]);
    return weigh(onlooker, 'after the start');
  });
  return [...startFigures(starts), memory];
};
