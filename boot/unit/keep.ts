/** The last stage: the keeper with the board file, and the unit's signals. */
import { writeFileSync } from 'node:fs';
import { systemClock } from '#drivers/system/system-clock.ts';
import { holdTpmDevice } from '#drivers/tpm/transport.ts';
import { openWatchdog } from '#drivers/watchdog/driver.ts';
import { ok, type Result } from '#hal/result.ts';
import { openBoardFile } from '../process/open-file.ts';
import { writeToScreen } from './console.ts';
import { endBeforeSetup } from './data.ts';
import { openPartsList, SYSFS } from './devices.ts';
import { makeReleaseKeeper, markOnDisk } from './keep-release.ts';
import { type Keeper, type KeeperOptions, makeFolders, startKeeper } from './keeper.ts';
import { makeQuoter } from './quoting.ts';
import { raiseRollbackIndex } from './raise-version.ts';
import { runTool } from './run-tool.ts';
import { pathInRelease } from './sandboxes.ts';
import { setTextOnScreen } from './screen-text.ts';
import { STAGE_NAMES, STAGES, type StageOutcome, type StageResult } from './stages.ts';
import { startScreenText } from './start-screen.ts';
import type { UnitFile } from './unit-file.ts';
import { watchDevices } from './watch-devices.ts';

/** No further module is ever loaded, whoever asks and whatever is plugged in (Documentation/admin-guide/sysctl/kernel.rst). */
const closeModules = (): void => writeFileSync('/proc/sys/kernel/modules_disabled', '1');

/** From its first delivery on a unit is not updated from outside. */
const beginSetup = async ({ data }: UnitFile, say: (text: string) => void): Promise<boolean> => {
  if (data === null) return true;
  const { partition, tpm: keeper } = data;
  const ended = await endBeforeSetup({
    partition,
    keeper,
    run: runTool,
    sysfs: SYSFS,
    dev: '/dev',
  });
  if (!ended.ok) say(`the delivery is not taken: ${ended.error}`);
  return ended.ok;
};

/** Resolves when the supervisor was started; `onEnd` is told what becomes of the machine. */
export const keepUnit = async (
  unit: UnitFile,
  folder: string,
  results: readonly StageResult[],
  onEnd: KeeperOptions['onEnd'],
): Promise<Result<string, string>> => {
  const board = await openBoardFile(pathInRelease(unit.board));
  const say = (text: string): void => void process.stdout.write(`urna: ${text}\r\n`);
  const tpm = unit.data?.tpm ?? null;
  const keepRelease = makeReleaseKeeper({
    mark: () => markOnDisk(runTool, SYSFS),
    raise: () => raiseRollbackIndex(unit, folder),
    say,
  });
  makeFolders({ unit, board });
  let keeper: Keeper | null = null;
  if (unit.ownsMachine) {
    // What is mounted from now on is seen in the sandboxes too.
    const shared = await runTool('mount', ['--make-rshared', '/']);
    if (!shared.ok) return shared;
    await watchDevices({
      ...{ unit, board, list: await openPartsList(unit), clock: systemClock },
      ...{ run: runTool, say, sysfs: SYSFS, dev: '/dev' },
      onDelivery: () => beginSetup(unit, say),
      // A supervisor that started without it stands still for want of it.
      onTaken: () => keeper?.renew(),
    });
    closeModules();
    setTextOnScreen(SYSFS, false);
  }
  const { watchdog } = board.supervisor;
  const endWith = async (how: Parameters<typeof onEnd>[0]): Promise<void> => {
    if (how === 'stayOut' && unit.ownsMachine) {
      setTextOnScreen(SYSFS, true);
      const { code } = STAGES.supervisor;
      const failed: StageOutcome = { stage: 'supervisor', code, detail: 'ended too often' };
      writeToScreen(startScreenText(STAGE_NAMES, failed, unit.locale));
    }
    // Nobody feeds it any more, and staying out of service is no reason to be reset.
    if (how === 'stayOut' && watchdog !== undefined) {
      const opened = await openWatchdog(watchdog);
      if (opened.ok) await opened.value.disarm();
    }
    onEnd(how);
  };
  keeper = await startKeeper({
    unit,
    board,
    folder,
    results,
    say,
    quoter: tpm === null ? null : makeQuoter(() => holdTpmDevice(tpm), say),
    onProof: (proof) => {
      // A bench was started by no boot loader.
      if (unit.ownsMachine) void keepRelease(proof);
    },
    onEnd: (how) => void endWith(how),
  });
  process.on('SIGTERM', keeper.switchOff);
  process.on('SIGINT', keeper.switchOff);
  return ok(unit.users === null ? 'started as it is: a bench' : 'started in its sandbox');
};
