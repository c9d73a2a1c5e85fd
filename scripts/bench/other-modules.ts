/** Memory modules that are not the one which belongs in the machine now, for whoever tries them. */
import type { CellSlot } from '#hal/secure-cell.ts';
import type { Bench } from './bench.ts';
import type { BenchMemory } from './machine.ts';
import { type PrepareOptions, prepare } from './prepare.ts';
import type { Session } from './session.ts';

export const OTHER_MODULES = ['fresh', 'older', 'foreign'] as const;
export type OtherModule = (typeof OTHER_MODULES)[number];

/** What a module holds, its cell included. */
export type ModuleImage = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly cell: ReadonlyMap<CellSlot, Uint8Array>;
};

/** A copy of what is in it now. */
export const copyOfModule = ({ removable, moduleCell }: BenchMemory): ModuleImage => ({
  files: removable.files(),
  cell: moduleCell.image(),
});

/** The module of another election, which robots have opened as well. */
export const makeForeignModule = async (options: PrepareOptions): Promise<ModuleImage> => {
  const { definition, seed } = options;
  const other = { ...definition, id: `${definition.id}-other` };
  const { image } = await prepare('open', { ...options, definition: other, seed: seed + 1 });
  if (image === null) throw new Error('robots left nothing on the module of another election');
  return { files: image.removable, cell: image.moduleCell };
};

/** Puts it in, whatever was in; false: there is none for this machine. */
export const putOtherModule = async (
  { machine: { memory }, moduleAtFirst }: Session,
  bench: Bench,
  which: OtherModule,
): Promise<boolean> => {
  if (memory === null || moduleAtFirst === null) return false;
  const { removable, moduleCell } = memory;
  if (which === 'fresh') {
    removable.replaceByFresh();
    return true;
  }
  const { files, cell } = which === 'older' ? moduleAtFirst : await bench.foreignModule();
  removable.pull();
  removable.replaceBy(files, () => moduleCell.load(cell));
  return true;
};
