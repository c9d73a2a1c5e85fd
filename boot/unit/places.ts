/**
 * The folders of a unit, each its process' own: made at the start, where they are missing, and given to
 * that user, whatever they were before. Nobody but root may change who owns what.
 */
import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BoardFile, MediaPlaces } from '#drivers/board-file.ts';
import { runFolders } from './sandboxes.ts';
import type { ProgramName, UnitFile, Users } from './unit-file.ts';

export type OwnedFolder = {
  readonly path: string;
  readonly owner: ProgramName;
  /** Who may enter it beside its owner, by its group; null: nobody. */
  readonly group: ProgramName | null;
};

const ofMedia = (owner: ProgramName, { fixed, removable }: MediaPlaces): readonly OwnedFolder[] =>
  [fixed, removable].map(({ folder }) => ({ path: folder, owner, group: null }));

/** Folders of processes, those on what comes and goes too. */
export const ownedFolders = (
  unit: Pick<UnitFile, 'run' | 'delivery'>,
  board: BoardFile,
): readonly OwnedFolder[] => {
  const { own, link } = runFolders(unit);
  return [
    { path: own, owner: 'supervisor', group: null },
    // The booth listens here, the desk connects.
    { path: link, owner: 'booth', group: 'desk' },
    { path: unit.delivery, owner: 'supervisor', group: null },
    ...ofMedia('supervisor', board.supervisor.media),
    ...ofMedia('desk', board.desk.media),
    ...ofMedia('booth', board.booth.media),
  ];
};

/** All below it too, never through a link. A process that wrote there wrote as its own user: a rule, no work. */
const giveAll = (path: string, user: number): void => {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const at = join(path, entry.name);
    lchownSync(at, user, user);
    if (entry.isDirectory()) giveAll(at, user);
  }
};

/** Makes it where it is missing; `users` null: a bench, where all are one user. */
export const makeFolder = ({ path, owner, group }: OwnedFolder, users: Users | null): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (users === null) return;
  giveAll(path, users[owner]);
  chownSync(path, users[owner], users[group ?? owner]);
  chmodSync(path, group === null ? 0o700 : 0o750);
};
