/**
 * A unit on folders and files of a real file system, for processes that are killed. Before each
 * durable step it tells how people and paper stand: who is killed in the step, or before the next,
 * leaves the room as it was told last.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CELL_BYTES, makeFileCell } from '#drivers/storage/cell-nvmem.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import type { Media } from '#hal/board.ts';
import { CELL_SLOT_BYTES, type CellSlot, type SecureCell } from '#hal/secure-cell.ts';
import type { Medium, MediumName } from '#hal/storage.ts';
import { MEDIA, type Premises } from './bench.ts';
import type { Precinct } from './precinct.ts';
import { NO_TAMPERING, type Tampering } from './tampering.ts';

const PROCESSES = ['booth', 'desk'] as const;
const CELL_FOLDER = 'cells';
const BUDGET_BYTES = 16_000_000;
const SLOTS = [0, 1, 'oneTime'] as const satisfies readonly CellSlot[];

/** Empty media and blank cells below `folder`. */
export const furnish = (folder: string): void => {
  for (const medium of MEDIA)
    for (const process of PROCESSES) mkdirSync(join(folder, medium, process), { recursive: true });
  mkdirSync(join(folder, CELL_FOLDER));
  for (const cell of ['board', 'module'])
    writeFileSync(join(folder, CELL_FOLDER, cell), new Uint8Array(CELL_BYTES));
};

/** The same call, after `before`. */
const after =
  <Args extends readonly unknown[], Answer>(
    before: () => void,
    call: (...args: Args) => Answer,
  ): ((...args: Args) => Answer) =>
  (...args) => {
    before();
    return call(...args);
  };

const telling = (medium: Medium, before: () => void): Medium => ({
  ...medium,
  write: after(before, medium.write),
  append: after(before, medium.append),
  sync: after(before, medium.sync),
  rename: after(before, medium.rename),
  remove: after(before, medium.remove),
  syncFolder: after(before, medium.syncFolder),
});

const tellingCell = (cell: SecureCell, before: () => void): SecureCell => ({
  ...cell,
  write: after(before, cell.write),
  erase: after(before, cell.erase),
});

export const makeRealPremises = (
  folder: string,
  precinct: Precinct,
  beforeStep: () => void,
  tampering: Tampering = NO_TAMPERING,
): Premises => {
  const medium = (name: MediumName, process: string): Medium =>
    telling(
      tampering.medium(
        makeMediumFiles({
          name,
          root: join(folder, name, process),
          budgetBytes: BUDGET_BYTES,
          clock: systemClock,
        }),
      ),
      beforeStep,
    );
  const media = (process: string): Media => ({
    fixed: medium('fixed', process),
    removable: medium('removable', process),
  });
  const pathOf = (cell: string): string => join(folder, CELL_FOLDER, cell);
  const cell = (name: 'board' | 'module'): SecureCell =>
    tellingCell(
      makeFileCell({ name, path: pathOf(name), offset: 0, clock: systemClock }),
      beforeStep,
    );
  const names = (name: MediumName): readonly string[] =>
    readdirSync(join(folder, name, 'booth'), { recursive: true, encoding: 'utf8' }).map(
      (path) => `booth/${path}`,
    );
  const held = (name: string): readonly CellSlot[] => {
    const bytes = readFileSync(pathOf(name));
    return SLOTS.filter((_, at) =>
      bytes.subarray(at * CELL_SLOT_BYTES, (at + 1) * CELL_SLOT_BYTES).some((byte) => byte !== 0),
    );
  };
  return {
    boot: () => ({
      vault: {
        media: media('booth'),
        cells: { board: cell('board'), module: cell('module') },
        entropy: systemEntropy,
        identity: precinct.identity,
        election: precinct.election,
      },
      desk: media('desk'),
    }),
    resting: () => ({
      names: { fixed: names('fixed'), removable: names('removable') },
      held: { board: held('board'), module: held('module') },
    }),
  };
};
