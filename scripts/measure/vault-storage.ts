/**
 * Real folders for the vault's figures, with everything that is written and synced noted, and the bare
 * loop that makes the same writes, syncs and reads again without a vault.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CELL_BYTES, makeFileCell } from '#drivers/storage/cell-nvmem.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { CELL_SLOT_BYTES, type SecureCell } from '#hal/secure-cell.ts';
import type { Medium, MediumName } from '#hal/storage.ts';

const BUDGET_BYTES = 64_000_000;

/** One primitive operation, as the vault asked for it; paths from the folder of the figures. */
export type Operation =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'cell'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'sync' | 'syncFolder' | 'read' | 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

export type Storage = {
  readonly media: { readonly fixed: Medium; readonly removable: Medium };
  readonly cells: { readonly board: SecureCell; readonly module: SecureCell };
  /** What was done since the last call. */
  readonly taken: () => readonly Operation[];
};

export const makeStorage = (folder: string): Storage => {
  let operations: Operation[] = [];
  const note = (operation: Operation): void => {
    operations.push(operation);
  };
  const medium = (name: MediumName): Medium => {
    const root = join(folder, name);
    mkdirSync(root, { recursive: true });
    const real = makeMediumFiles({ name, root, budgetBytes: BUDGET_BYTES, clock: systemClock });
    const at = (path: string): string => join(name, path);
    return {
      ...real,
      write: (path, bytes) => {
        note({ kind: 'write', path: at(path), bytes: bytes.slice() });
        return real.write(path, bytes);
      },
      read: (path) => {
        note({ kind: 'read', path: at(path) });
        return real.read(path);
      },
      sync: (path) => {
        note({ kind: 'sync', path: at(path) });
        return real.sync(path);
      },
      syncFolder: (path) => {
        note({ kind: 'syncFolder', path: at(path) });
        return real.syncFolder(path);
      },
      rename: (from, to) => {
        note({ kind: 'rename', path: at(from), to: at(to) });
        return real.rename(from, to);
      },
      remove: (path) => {
        note({ kind: 'remove', path: at(path) });
        return real.remove(path);
      },
    };
  };
  const cell = (name: 'board' | 'module'): SecureCell => {
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(CELL_BYTES));
    const real = makeFileCell({ name, path, offset: 0, clock: systemClock });
    return {
      ...real,
      write: (slot, bytes) => {
        note({ kind: 'cell', path: name, bytes: bytes.slice() });
        return real.write(slot, bytes);
      },
      erase: (slot) => {
        note({ kind: 'cell', path: name, bytes: new Uint8Array(CELL_SLOT_BYTES) });
        return real.erase(slot);
      },
    };
  };
  return {
    media: { fixed: medium('fixed'), removable: medium('removable') },
    cells: { board: cell('board'), module: cell('module') },
    taken: () => {
      const done = operations;
      operations = [];
      return done;
    },
  };
};

const withHandle = async (
  path: string,
  flags: string,
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<unknown>,
): Promise<void> => {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
};

/** The same operations on bare files below `folder`, one after the other. */
export const performBare = async (
  folder: string,
  operations: readonly Operation[],
): Promise<void> => {
  for (const operation of operations) {
    const path = join(folder, operation.path);
    switch (operation.kind) {
      case 'write':
        await mkdir(dirname(path), { recursive: true });
        await withHandle(path, 'w', (file) => file.write(operation.bytes));
        break;
      case 'cell':
        await withHandle(path, 'w', async (file) => {
          await file.write(operation.bytes);
          await file.datasync();
        });
        break;
      case 'sync':
        await withHandle(path, 'r+', (file) => file.sync());
        break;
      case 'syncFolder':
        await withHandle(path, 'r', (file) => file.sync());
        break;
      case 'read':
        await readFile(path).catch(() => null);
        break;
      case 'rename':
        await rename(path, join(folder, operation.to));
        break;
      case 'remove':
        await rm(path, { force: true });
        break;
    }
  }
};

const UNIT_ROOTS = [
  ['fixed', 'board'],
  ['removable', 'module'],
] as const;

/** Each medium with its cell in its order, the two side by side: as the vault does it, with no step to wait for. */
export const performBareAtOnce = async (
  folder: string,
  operations: readonly Operation[],
): Promise<void> => {
  const ofUnit = (roots: readonly string[]): readonly Operation[] =>
    operations.filter(({ path }) => roots.includes(path.split('/')[0] ?? ''));
  await Promise.all(UNIT_ROOTS.map((roots) => performBare(folder, ofUnit(roots))));
};
