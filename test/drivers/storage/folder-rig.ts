/**
 * Rigs around real files for the contract suites. The drivers' clock is a virtual one: files answer
 * by themselves, and where one hangs (a FIFO that nobody writes to: read(2) waits for ever) the clock
 * is run to the limit.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

/** Tries of `until`; each waits for a system call. */
const MAX_TRIES = 100_000;

export const makeScratch = (name: string): (() => string) => {
  const scratch = mkdtempSync(join(tmpdir(), `urna-${name}-`));
  let folders = 0;
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  return () => {
    const folder = join(scratch, `${folders++}`);
    mkdirSync(folder);
    return folder;
  };
};

/** Asks again until it is so. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await holds()) return;
    await access(tmpdir());
  }
  throw new Error('it never came to be so');
};

export const makeFifo = (path: string): void => {
  execFileSync('mkfifo', [path]);
};

/** Whoever waits to read from the FIFO gets its end; then it is gone. */
export const endFifo = (path: string): void => {
  if (!existsSync(path)) return;
  // Readable too, so that opening it waits for nobody. Removed while it is open: whoever opened it before
  // gets its end, and nobody can open it between its end and its removal, to wait there for ever.
  const end = openSync(path, 'r+');
  rmSync(path);
  closeSync(end);
};

export const moveAway = (folder: string): void => renameSync(folder, `${folder}-away`);
export const moveBack = (folder: string): void => renameSync(`${folder}-away`, folder);

export type RigClock = {
  readonly clock: VirtualClock;
  readonly endByLimit: <T>(operation: Promise<T>) => Promise<T>;
  readonly pass: (ms: number) => Promise<void>;
};

export const makeRigClock = (): RigClock => {
  const clock = makeVirtualClock(0);
  return {
    clock,
    endByLimit: (operation) => clock.run(operation),
    pass: (ms) => clock.run(wait(clock, ms)),
  };
};
