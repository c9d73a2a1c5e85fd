/** The figures of a unit's image: what building it takes, what it weighs, how a unit starts with it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FoundError } from '../commands/options.ts';
import { BUILD_TOOLS } from '../image/build-image.ts';
import { fetchDebs } from '../image/debian/fetch.ts';
import { readLock } from '../image/debian/lock.ts';
import { requireTools } from '../image/tools.ts';
import { requireVirtualTools } from '../qemu/virtual-unit.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf, holdTo } from './figure.ts';
import { measureStarts } from './image-start.ts';
import { measureVotes } from './image-votes.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const BUILDS = 3;
const BUILD_LIMIT_S = 180;
const COMPRESSED_LIMIT_MB = 150;
/** The disk of the reference board. */
const DISK_LIMIT_MB = 8_000;

type Built = {
  readonly image: string;
  readonly seconds: number;
  readonly compressedBytes: number;
  readonly diskBytes: number;
  readonly rootBytes: number;
};

/** In a process of its own, as people build it. */
const build = async (folder: string): Promise<Built> => {
  const words = [MAIN, 'image', '--arch', 'x64', '--out', folder, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words).catch(
    (error: { readonly stderr?: string }) => {
      throw new FoundError(`the image can not be built: ${error.stderr?.trim()}`);
    },
  );
  return JSON.parse(stdout) as Built;
};

const mb = (bytes: number): number => bytes / 1_000_000;

/** Throws `MissingError` with what is to be installed. */
export const measureImage = async (
  votes: number,
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  requireTools(BUILD_TOOLS);
  requireVirtualTools();
  const folder = await mkdtemp(join(tmpdir(), 'urna-measure-image-'));
  try {
    // Packages that are not in the cache yet would be a figure of the network.
    await fetchDebs(readLock().x64, 'x64', (done, of) => onProgress('Debian packages', done, of));
    const builds: Built[] = [];
    for (let at = 0; at < BUILDS; at++) {
      onProgress('building the image', at, BUILDS);
      builds.push(await build(folder));
    }
    const [built] = builds;
    if (built === undefined) throw new Error('no image was built');
    const seconds = builds.map((each) => each.seconds);
    return [
      holdTo(figureOf('building the image, warm caches', 's', seconds), BUILD_LIMIT_S),
      figureOf('image, compressed', 'MB', [mb(built.compressedBytes)], COMPRESSED_LIMIT_MB),
      figureOf('root, compressed, read-only', 'MB', [mb(built.rootBytes)]),
      figureOf(
        'disk it needs, two slots and data at least',
        'MB',
        [mb(built.diskBytes)],
        DISK_LIMIT_MB,
      ),
      ...(await measureStarts(built.image, onProgress)),
      ...(votes === 0 ? [] : await measureVotes(built.image, votes, onProgress)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
