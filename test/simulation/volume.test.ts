/** The volume test, small: positions from the touch to the tally, and going on where it was. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { freshState, readState, runVolume, type VolumeState } from '#scripts/volume/volume.ts';

const TASK = { electionPath: SMALL_PATH, voters: 20 };
/** Places on a ballot of the small election. */
const POSITIONS = 10;

const inFolder = async (body: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-volume-'));
  try {
    await body(join(folder, 'state.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const run = (from: VolumeState, positions: number, statePath: string | undefined) =>
  runVolume({ from, positions, threads: 1, statePath, onDay: () => undefined });

test('positions are presented, marked, counted and found on paper, without an error', () =>
  inFolder(async (path) => {
    const first = await run(readState(path, TASK), 1, path);
    expect(first).toMatchObject({ doneSeeds: [1], ballots: 20, papers: 20, errors: [] });
    expect(first.positions).toBe(20 * POSITIONS);
    expect(first.marks).toBeGreaterThan(20);
    const again = readState(path, TASK);
    expect(again).toEqual(first);
    const more = await run(again, 20 * POSITIONS + 1, path);
    expect(more).toMatchObject({ doneSeeds: [1, 2], ballots: 40, errors: [] });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(more);
    // Enough is done: nothing is begun.
    expect(await run(more, 2 * 20 * POSITIONS, path)).toEqual(more);
  }));

test('a state of another run is refused', () =>
  inFolder(async (path) => {
    writeFileSync(path, JSON.stringify(freshState({ ...TASK, voters: 7 })));
    expect(() => readState(path, TASK)).toThrow('another election or number of voters');
    writeFileSync(path, 'no state');
    expect(() => readState(path, TASK)).toThrow('no state of a volume run');
    await Promise.resolve();
  }));
