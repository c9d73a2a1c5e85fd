/**
 * `urna measure nation`, receiving: 29,622 packages of 110 cards over real TLS from 200 clients at once, the
 * receiving service killed ten times meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MADE_UP_PRECINCTS } from '../nation/made-up.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';
import { runReceiving } from './receiving-run.ts';

const CLIENTS = 200;
const KILLS = 10;
const PEAK_LIMIT_MB = 512;
const MB = 1024 * 1024;
const TOLD = 1000;

export const measureReceiving = async ({
  onProgress,
}: Pick<AreaOptions, 'onProgress'>): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-measure-'));
  try {
    const found = await runReceiving({
      folder,
      precincts: MADE_UP_PRECINCTS,
      clients: CLIENTS,
      kills: KILLS,
      onProgress: (words, done, of) => {
        if (done % TOLD === 0 || done === of) onProgress(words, done, of);
      },
    });
    const { acknowledged, kills } = found;
    if (acknowledged !== MADE_UP_PRECINCTS || kills !== KILLS)
      throw new Error(`${acknowledged} receipts, ${kills} kills`);
    const seconds = found.wallMs / 1000;
    return [
      figureOf(
        'packages received of which a receipt was given and that are lost',
        '',
        [found.lost],
        0,
      ),
      figureOf('precincts with packages that differ, where none does', '', [found.conflicts], 0),
      figureOf(`a country received from ${CLIENTS} clients, killed ${KILLS} times`, 's', [seconds]),
      figureOf('packages received', '1/s', [MADE_UP_PRECINCTS / seconds]),
      figureOf('messages sent for a package', '', [found.attempts / MADE_UP_PRECINCTS]),
      figureOf('peak memory of receiving', 'MB', [found.peakBytes / MB], PEAK_LIMIT_MB),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
