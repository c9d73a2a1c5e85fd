/**
 * `urna measure nation`, aggregation: 29,622 packages of 110 cards, read, verified, added up and made into
 * seats, beside the bare signature checks of the same packages.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MADE_UP_PRECINCTS } from '../nation/made-up.ts';
import type { AreaOptions } from './areas.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';
import type { AddedUp } from './nation-added-up.ts';

const CPU_RATIO = 3;
const WALL_LIMIT_S = 30;
const PEAK_LIMIT_MB = 300;
/** Memory that is flat: what the last nine tenths of the packages may add. */
const GROWTH_LIMIT_MB = 32;
const MB = 1024 * 1024;

const child = (
  name: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL(name, import.meta.url));
    const process_ = spawn(process.execPath, [...process.execArgv, file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: process_.stdout }).on('line', onLine);
    process_.on('error', reject);
    process_.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${name} ended with ${code ?? 'a signal'}`)),
    );
  });

export const measureAggregation = async ({
  onProgress,
}: Pick<AreaOptions, 'onProgress'>): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-measure-'));
  try {
    await child('./nation-country.ts', [folder, String(MADE_UP_PRECINCTS)], (line) =>
      onProgress('making a country up', Number(line), MADE_UP_PRECINCTS),
    );
    onProgress('adding it up', 0, 0);
    let told = '';
    await child('./nation-added-up.ts', [folder], (line) => {
      told += line;
    });
    const found = JSON.parse(told) as AddedUp;
    if (found.accepted !== MADE_UP_PRECINCTS)
      throw new Error(`${found.accepted} of ${MADE_UP_PRECINCTS} packages were counted`);
    return [
      figureOf('a package of 110 cards', 'bytes', [found.packageBytes]),
      againstFloor(
        figureOf('processor for a country added up', 's', [found.cpuMs / 1000]),
        [found.floorCpuMs / 1000],
        CPU_RATIO,
      ),
      figureOf('a country added up', 's', [found.wallMs / 1000], WALL_LIMIT_S),
      figureOf('peak memory of adding up', 'MB', [found.peakBytes / MB], PEAK_LIMIT_MB),
      figureOf(
        'growth after the first tenth',
        'MB',
        [Math.max(0, found.lateBytes - found.earlyBytes) / MB],
        GROWTH_LIMIT_MB,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
