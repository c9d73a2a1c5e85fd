/** A rack in a folder of its own and the boards over it, opened as the processes of a unit do. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoardFile, readBoardFile } from '#drivers/board-file.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Rack } from '#scripts/devices/rack.ts';
import { startRack } from '#scripts/devices/rack.ts';

export const system = { clock: systemClock, entropy: makeSeededEntropy(1, 'unit') };

/** Asks again and again until `read` gives something else than null; rejects after `limitMs`. */
export const eventually = async <T>(
  what: string | (() => string),
  read: () => T | null | Promise<T | null>,
  limitMs = 10_000,
): Promise<T> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== null) return value;
    if (performance.now() > deadline) {
      const missing = typeof what === 'string' ? what : what();
      throw new Error(`not within ${limitMs} ms: ${missing}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export type RackRig = { readonly rack: Rack; readonly file: BoardFile; close(): void };

export const makeRackRig = async (): Promise<RackRig> => {
  const runDir = mkdtempSync(join(tmpdir(), 'urna-rack-'));
  const rack = await startRack({
    runDir,
    clock: systemClock,
    entropy: makeSeededEntropy(2, 'devices'),
  });
  const file = readBoardFile(readFileSync(rack.boardFile, 'utf8'));
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  return {
    rack,
    file: file.value,
    close: () => {
      rack.close();
      rmSync(runDir, { recursive: true, force: true });
    },
  };
};
