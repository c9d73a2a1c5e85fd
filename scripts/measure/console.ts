/**
 * The field console of a bench's unit while robots vote: how soon Enter is answered, how long status takes
 * over the wire, what its process weighs, and whether a flood of it makes the screen slower.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { makeBench } from '../bench/bench.ts';
import { openStateFolder } from '../bench/state-folder.ts';
import { type ConsolePort, openConsolePort } from '../field/console-port.ts';
import { OWN_ARCH } from '../release/build-release.ts';
import { measureTouches } from './console-touch.ts';
import { againstFloor, type Figure, figureOf, holdTo } from './figure.ts';

const VOTERS = 12;
const SEED = 1;
const ENTERS = 120;
const STATUSES = 30;
const ENTER_LIMIT_MS = 50;
const STATUS_LIMIT_MS = 300;
/** Touch to frame with the console flooded, to that with a quiet one. */
const FLOOD_RATIO = 1.2;
const ANSWER_LIMIT_MS = 10_000;
/** Between two keys. */
const PAUSE_MS = 120;
const WAKE_MS = 1_500;

/** The largest file of a release. */
const NODE_PATH = `node_modules/node-linux-${OWN_ARCH}/bin/node`;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Types, and resolves to the time until `mark` is on the screen, ms. */
const makeTyping = (port: ConsolePort) => {
  let shown = '';
  let look = (): void => undefined;
  const readOn = async (): Promise<void> => {
    for (let chunk = await port.read(); chunk !== null; chunk = await port.read()) {
      shown += new TextDecoder('latin1').decode(chunk);
      look();
    }
  };
  void readOn();
  return (keys: string, mark: RegExp): Promise<number> =>
    new Promise((resolve, reject) => {
      shown = '';
      const beganMs = performance.now();
      const late = setTimeout(() => reject(new Error(`no ${mark} after ${keys}`)), ANSWER_LIMIT_MS);
      look = () => {
        if (!mark.test(shown)) return;
        clearTimeout(late);
        look = () => undefined;
        resolve(performance.now() - beganMs);
      };
      void port.write(new TextEncoder().encode(keys));
    });
};

/** Memory that the console's process alone accounts for, MB. */
const consolePssMb = async (pids: readonly number[]): Promise<number> => {
  const living = new Set(await readdir('/proc'));
  for (const pid of pids.filter((each) => living.has(String(each)))) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!words.includes('console-process')) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return (Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
  }
  throw new Error('the console has no process');
};

export const measureConsole = async (
  definition: ElectionDefinition,
  onProgress: (words: string, done: number, of: number) => void,
): Promise<readonly Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-console-'));
  const options = { definition, voters: VOTERS, seed: SEED, locale: definition.locale };
  const bench = makeBench({ ...options, state: openStateFolder(folder, options) });
  try {
    await bench.begin('open');
    const session = bench.session();
    if (session === null) throw new Error('the bench has no machine');
    await session.crew.idle();
    const port = await openConsolePort(session.machine.console);
    const type = makeTyping(port);
    await rest(WAKE_MS);
    await type('\r', /urna> /);
    session.crew.begin('vote');
    const enters: number[] = [];
    for (let at = 0; at < ENTERS; at++) {
      enters.push(await type('\r', /urna> /));
      await rest(PAUSE_MS);
      onProgress('Enter', at + 1, ENTERS);
    }
    const statuses: number[] = [];
    for (let at = 0; at < STATUSES; at++) {
      statuses.push(await type('status\r', /URNA [\s\S]*urna> /));
      await rest(PAUSE_MS);
      onProgress('status', at + 1, STATUSES);
    }
    const pssMb = await consolePssMb(session.machine.pids());
    await session.crew.idle();
    const touches = await measureTouches(session, port, NODE_PATH, (done, of) =>
      onProgress('touches, quiet and flooded', done, of),
    );
    port.close();
    return [
      holdTo(figureOf('Enter to prompt while robots vote', 'ms', enters), ENTER_LIMIT_MS),
      holdTo(figureOf('status, whole, over 115,200 baud', 'ms', statuses), STATUS_LIMIT_MS),
      figureOf('console process, PSS', 'MB', [pssMb]),
      againstFloor(
        figureOf('touch to frame, console flooded (floor: quiet)', 'ms', touches.flooded),
        touches.quiet,
        FLOOD_RATIO,
      ),
    ];
  } finally {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  }
};
