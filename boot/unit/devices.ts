/**
 * The stage that makes devices ready: the closed list of kernel modules, then USB by the parts list. Both are
 * of the release, and verified with it. What is plugged in later is looked at in the same way (watch-devices.ts).
 */
import { readFile } from 'node:fs/promises';
import { type PartsList, readPartsList } from '#firmware/parts/parts-list.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type RunTool, runTool } from './run-tool.ts';
import { pathInRelease } from './sandboxes.ts';
import type { UnitFile } from './unit-file.ts';
import { authoriseUsb } from './usb.ts';

export const SYSFS = '/sys';

/** The list in the release; throws when it is none: then it was released so. */
export const openPartsList = async ({ parts }: Pick<UnitFile, 'parts'>): Promise<PartsList> => {
  const read = readPartsList(JSON.parse(await readFile(pathInRelease(parts), 'utf8')));
  if (!read.ok) throw new Error(`${parts}: ${read.error}`);
  return read.value;
};

/** In their order; the error names what could not be loaded. One that is loaded already is no error. */
export const loadModules = (
  modules: readonly string[],
  run: RunTool,
): Promise<Result<string, string>> =>
  modules.length === 0 ? Promise.resolve(ok('')) : run('modprobe', ['-a', '--', ...modules]);

export const readyDevices = async (
  unit: Pick<UnitFile, 'modules' | 'parts' | 'ownsMachine'>,
  run: RunTool = runTool,
  sysfs: string = SYSFS,
): Promise<Result<string, string>> => {
  if (!unit.ownsMachine) return ok('as they are: a bench');
  const loaded = await loadModules(unit.modules, run);
  if (!loaded.ok) return err(loaded.error);
  const { authorised, refused } = await authoriseUsb(sysfs, await openPartsList(unit));
  return ok(
    `modules: ${unit.modules.length}; USB: ${authorised.length} authorised, ${refused.length} refused`,
  );
};
