/** The stage that makes devices ready. */
import { ok, type Result } from '#hal/result.ts';
import type { UnitFile } from './unit-file.ts';

export const readyDevices = async ({ modules }: UnitFile): Promise<Result<string, string>> =>
  ok(`${modules.length} modules`);
