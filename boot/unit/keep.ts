/** The last stage: the keeper with the board file, and the unit's signals. */
import { ok, type Result } from '#hal/result.ts';
import { openBoardFile } from '../process/open-file.ts';
import { type KeeperOptions, startKeeper } from './keeper.ts';
import { pathInRelease } from './sandboxes.ts';
import type { StageResult } from './stages.ts';
import type { UnitFile } from './unit-file.ts';

/** Resolves when the supervisor was started; `onEnd` is told what becomes of the machine. */
export const keepUnit = async (
  unit: UnitFile,
  folder: string,
  results: readonly StageResult[],
  onEnd: KeeperOptions['onEnd'],
): Promise<Result<string, string>> => {
  const board = await openBoardFile(pathInRelease(unit.board));
  const keeper = await startKeeper({
    unit,
    board,
    folder,
    results,
    say: (text) => void process.stdout.write(`urna: ${text}\r\n`),
    onEnd,
  });
  process.on('SIGTERM', keeper.switchOff);
  process.on('SIGINT', keeper.switchOff);
  return ok(unit.users === null ? 'started as it is: a bench' : 'started in its sandbox');
};
