/** The stage that opens the data partition. */
import { ok, type Result } from '#hal/result.ts';
import type { UnitFile } from './unit-file.ts';

export const openData = async (_: UnitFile): Promise<Result<string, string>> => ok('none: a bench');
