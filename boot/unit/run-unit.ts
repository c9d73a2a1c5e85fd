/**
 * The stages of a unit, in their order, with what each does. Before the release is verified nothing is imported
 * but `node:`, hal/ and what of boot/ verifies it; the rest comes by `import()` afterwards. A test holds that.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { err, ok } from '#hal/result.ts';
import type { HashFile } from '../release/hash-file.ts';
import { EXIT_RESTART } from './after-exit.ts';
import { makeConsole, writeToScreen } from './console.ts';
import { endMachine } from './end-machine.ts';
import { monotonicMs } from './monotonic.ts';
import { readWholeDevice } from './read-device.ts';
import {
  runStages,
  STAGE_NAMES,
  type StageResult,
  type StageRun,
  type StageWork,
} from './stages.ts';
import { startScreenText } from './start-screen.ts';
import { readUnitFile, type UnitFile } from './unit-file.ts';
import { verifyOwnRelease } from './verify-release.ts';

/** What the later stages do: nothing of it may be loaded before the release is verified. */
const LATER = {
  devices: () => import('./devices.ts'),
  version: () => import('./version.ts'),
  data: () => import('./open-data.ts'),
  supervisor: () => import('./keep.ts'),
} as const;

/** While others read for this program, which has nothing to do. What can not be loaded is told by its own stage. */
const loadAhead = (): void => {
  for (const load of Object.values(LATER)) load().catch(() => undefined);
};

/** `path`: of the unit file. `hashLarge`: for what of the release takes long. */
export const runUnit = async (path: string, hashLarge: HashFile): Promise<void> => {
  const folder = dirname(path);
  const console = makeConsole(STAGE_NAMES, (text) => void process.stdout.write(text));
  let unit: UnitFile | null = null;

  const ofUnit =
    (work: (file: UnitFile, onProgress: (share: number) => void) => ReturnType<StageWork>) =>
    (onProgress: (share: number) => void): ReturnType<StageWork> =>
      unit === null ? Promise.resolve(err('no unit file')) : work(unit, onProgress);

  const stages: readonly StageRun[] = [
    {
      name: 'unit',
      run: async () => {
        const read = readUnitFile(await readFile(path, 'utf8'));
        if (!read.ok) return read;
        unit = read.value;
        return ok(unit.board);
      },
    },
    { name: 'release', run: (onProgress) => verifyOwnRelease(folder, onProgress, hashLarge) },
    {
      name: 'device',
      run: ofUnit(async ({ verifiedDevice }, onProgress) => {
        const read =
          verifiedDevice === null
            ? ok('none: a bench')
            : readWholeDevice(verifiedDevice, onProgress);
        loadAhead();
        return read;
      }),
    },
    {
      name: 'devices',
      run: ofUnit(async (file) => (await LATER.devices()).readyDevices(file)),
    },
    // These two need nothing that the devices' stage makes ready, which keeps one of two processors busy.
    {
      name: 'version',
      after: 'device',
      run: ofUnit(async (file) => (await LATER.version()).checkVersion(file, folder)),
    },
    {
      name: 'data',
      after: 'version',
      run: ofUnit(async (file) => (await LATER.data()).openData(file)),
    },
    {
      name: 'supervisor',
      run: ofUnit(async (file) => (await LATER.supervisor()).keepUnit(file, folder, results, end)),
    },
  ];

  /** Nothing more is done here, and the process stays: its end would be the machine's. */
  const stayOutOfService = (): void => {
    const { port1 } = new MessageChannel();
    port1.on('message', () => undefined);
  };
  const end = (how: 'restartMachine' | 'switchOff' | 'stayOut'): void => {
    if (how === 'stayOut') stayOutOfService();
    else if (unit?.ownsMachine === true) endMachine(how);
    else process.exit(how === 'switchOff' ? 0 : EXIT_RESTART);
  };

  const results: StageResult[] = [];
  // Whoever looked on may be gone; that is no reason to stop.
  process.stdout.on('error', () => undefined);
  const ended = await runStages(
    stages,
    {
      progress: console.progress,
      ended: (result) => {
        results.push(result);
        console.ended(result);
        // The screen of a unit; a bench's is somebody else's. Its last stage has given it to the booth.
        if (unit?.ownsMachine !== false && (result.stage !== 'supervisor' || result.code !== null))
          writeToScreen(startScreenText(STAGE_NAMES, result, unit?.locale ?? null));
      },
    },
    monotonicMs,
  );
  if (ended.at(-1)?.code !== null) stayOutOfService();
};
