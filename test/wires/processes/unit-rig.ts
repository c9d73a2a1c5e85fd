/** A unit in real processes on a rack of emulated devices, as a test holds it; all of it in a folder of its own. */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { startUnitProcesses, type UnitProcesses } from '#scripts/bench/unit.ts';
import type { DeliveryOptions } from '#scripts/bench/unit-delivery.ts';
import { provision } from '#scripts/day/provision.ts';
import { startRack } from '#scripts/devices/rack.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

export const definition = loadOwnDefinition(SMALL_PATH);
const GLANCE_MS = 20;
/** Longest wait for anything, with both cores busy. */
const PATIENCE_MS = 40_000;
const AFTER_SETUP_MS = 2 * 3_600_000;

export const until = async (what: string, seen: () => boolean): Promise<void> => {
  const endMs = performance.now() + PATIENCE_MS;
  while (!seen()) {
    if (performance.now() > endMs) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
};

const digestOf = (path: string): string => {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(8 * 1024 * 1024);
    const count = readSync(file, bytes);
    return createHash('sha256').update(bytes.subarray(0, count)).digest('hex');
  } finally {
    closeSync(file);
  }
};

/** Without a manifest, as a rule. */
const SOME_RELEASE: Pick<DeliveryOptions, 'releaseDigest' | 'manifest'> = {
  releaseDigest: new Uint8Array(32).fill(9),
};

export const makeUnitRig = async (release = SOME_RELEASE) => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-unit-'));
  const clock = makeSystemClock();
  clock.setCalendar(Date.parse(definition.calendar.setupFrom) + AFTER_SETUP_MS);
  const rack = await startRack({ runDir: join(folder, 'rack'), clock, entropy: systemEntropy });
  const given = provision(definition, 4, 1, 'R503');
  const units: UnitProcesses[] = [];
  const lines: UnitLine[] = [];

  const start = (): UnitProcesses => {
    lines.length = 0;
    const unit = startUnitProcesses({
      boardFile: rack.boardFile,
      runDir: folder,
      provision: given,
      ...release,
      locale: 'es',
      pinCost: { N: 2, r: 1, p: 1 },
      onLine: (line) => lines.push(line),
    });
    units.push(unit);
    return unit;
  };
  return {
    folder,
    rack,
    lines,
    start,
    /** Digest of what the frame buffer shows. */
    screen: () => digestOf(rack.frameBuffer),
    display: () => rack.devices.lcd.screen().join(' '),
    log: () => {
      const path = join(rack.devices.fixed.folder, 'log', 'event-log', 'log.jsonl');
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
    close: async () => {
      for (const unit of units) await unit.cutPower();
      rack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
export type UnitRig = Awaited<ReturnType<typeof makeUnitRig>>;
