/** The last stage: the keeper with the board file, and the unit's signals. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemClock } from '#drivers/system/system-clock.ts';
import { holdTpmDevice } from '#drivers/tpm/transport.ts';
import { openWatchdog } from '#drivers/watchdog/driver.ts';
import { ok, type Result } from '#hal/result.ts';
import { openBoardFile } from '../process/open-file.ts';
import { markGood, rootHashOf } from '../slot/mark-good.ts';
import { writeToScreen } from './console.ts';
import { endBeforeSetup } from './data.ts';
import { openPartsList, SYSFS } from './devices.ts';
import { type Keeper, type KeeperOptions, makeFolders, startKeeper } from './keeper.ts';
import { NO_RIGHTS } from './media.ts';
import { findPartition } from './partitions.ts';
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

/** Where the EFI system partition is mounted while something is noted on it. */
const ESP = { partition: 'urna-esp', place: '/efi' } as const;

/** A release that was on trial is so no longer: it got as far as desk and booth. */
const keepRelease = async (
  unit: UnitFile,
  folder: string,
  say: (text: string) => void,
): Promise<void> => {
  const rootHash = rootHashOf(await readFile('/proc/cmdline', 'utf8'));
  const name = unit.ownsMachine ? await findPartition(ESP.partition, SYSFS) : null;
  if (rootHash === null || name === null) return;
  const mounted = await runTool('mount', [
    '-t',
    'vfat',
    '-o',
    NO_RIGHTS,
    `/dev/${name}`,
    ESP.place,
  ]);
  if (!mounted.ok) return say(mounted.error);
  try {
    say(`the release: ${await markGood(ESP.place, rootHash)}`);
    // Not before: until it is good the unit may still go back to the release before it.
    const raised = await raiseRollbackIndex(unit, folder);
    say(raised.ok ? raised.value : `older releases are not yet refused: ${raised.error}`);
  } catch (error) {
    say(`the release stays on trial: ${error instanceof Error ? error.message : 'unknown'}`);
  }
  await runTool('umount', [ESP.place]);
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
    onServing: () => void keepRelease(unit, folder, say),
    onEnd: (how) => void endWith(how),
  });
  process.on('SIGTERM', keeper.switchOff);
  process.on('SIGINT', keeper.switchOff);
  return ok(unit.users === null ? 'started as it is: a bench' : 'started in its sandbox');
};
