/**
 * A memory medium as a folder of the unit's file system: the mount point of the fixed flash or of
 * the removable module. It is there while the folder is. Durability is fsync(2) of file and folder;
 * after an error of fsync nothing is tried again, because the kernel may have dropped the pages and
 * would say yes the second time.
 */
import { existsSync, statSync } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import {
  MEDIUM_LIMIT_MS,
  MEDIUM_NOTICE_MS,
  type Medium,
  type MediumFault,
  type MediumName,
} from '#hal/storage.ts';
import { isMounted } from './mount-point.ts';
import {
  assertFileSize,
  assertFolder,
  assertPath,
  folderOf,
  MAX_FILE_BYTES,
  MAX_NAMES,
} from './paths.ts';
import { LATE, makeTurns } from './turns.ts';

/** How often the folder is looked for while somebody listens for it. */
const PRESENCE_POLL_MS = MEDIUM_NOTICE_MS / 2;

export type MediumFilesOptions = {
  readonly name: MediumName;
  /** An existing folder; it going away means that the medium went away. */
  readonly root: string;
  readonly budgetBytes: number;
  readonly clock: Clock;
  /**
   * The folder is a mount point: with nothing mounted on it the medium is absent. Without this a unit
   * whose module was pulled would go on writing into the empty folder below.
   */
  readonly mountPoint?: boolean;
};

const FAULT_OF_CODE: Readonly<Record<string, MediumFault['kind']>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'readOnly',
  EACCES: 'readOnly',
  EPERM: 'readOnly',
  ENODEV: 'absent',
  ENXIO: 'absent',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

const fault = (kind: MediumFault['kind'], detail: string): Result<never, MediumFault> =>
  err({ device: 'medium', kind, detail });

/** Opens, works, closes, also after an error. */
const withFile = async <T>(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> => {
  const file = await open(path, flags, 0o600);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};

/** Opens for writing in place; a new file is made. */
const openInPlace = async <T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> => {
  try {
    return await withFile(path, 'r+', work);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await withFile(path, 'w+', work);
  }
};

/** Bytes of all files under a folder. */
const sizeBelow = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  if (names.length > MAX_NAMES)
    throw new Error(`storage: more than ${MAX_NAMES} names in ${folder}`);
  let bytes = 0;
  for (const name of names)
    if (name.isFile()) bytes += (await stat(join(name.parentPath, name.name))).size;
  return bytes;
};

export const makeMediumFiles = (options: MediumFilesOptions): Medium => {
  const { name, root, budgetBytes, clock } = options;
  const listeners = new Set<(present: boolean) => void>();
  const turns = makeTurns(clock, MEDIUM_LIMIT_MS);
  const isThere = (): boolean => {
    try {
      const found = statSync(root);
      const mounted = options.mountPoint !== true || isMounted(root);
      return found.isDirectory() && mounted;
    } catch {
      return false;
    }
  };
  let known = isThere();
  let stopPoll: (() => void) | null = null;

  /** Whether it is in. Not asked of a medium that hangs: stat(2) would hang with it. */
  const look = (): boolean => {
    const present = turns.stuck() ? known : isThere();
    if (present !== known) {
      known = present;
      for (const listener of [...listeners]) listener(present);
    }
    return present;
  };
  const poll = (): void => {
    stopPoll = clock.after(PRESENCE_POLL_MS, () => {
      look();
      if (listeners.size > 0) poll();
    });
  };

  const at = (path: string): string => {
    assertPath(path);
    return join(root, path);
  };

  /** Errors of the file system become faults, `otherwise` names the rest. */
  const asResult = async <T>(
    otherwise: MediumFault['kind'],
    what: string,
    work: () => Promise<T>,
  ): Promise<Result<T, MediumFault>> => {
    if (!look()) return fault('absent', `${name} is not there`);
    try {
      return ok(await work());
    } catch (error) {
      if (!look()) return fault('absent', `${name} was pulled`);
      const code = codeOf(error);
      return fault(FAULT_OF_CODE[code] ?? otherwise, `${name}: ${what}: ${code}`);
    }
  };
  /** Runs one operation in its turn, under the limit. */
  const inTurn = async <T>(
    what: string,
    work: () => Promise<Result<T, MediumFault>>,
  ): Promise<Result<T, MediumFault>> => {
    const result = await turns.take(work);
    if (result !== LATE) return result;
    return look()
      ? fault('timeout', `${name}: ${what}: no answer in ${MEDIUM_LIMIT_MS} ms`)
      : fault('absent', `${name} is not there`);
  };
  const attempt = <T>(
    otherwise: MediumFault['kind'],
    what: string,
    work: () => Promise<T>,
  ): Promise<Result<T, MediumFault>> => inTurn(what, () => asResult(otherwise, what, work));
  const freeNow = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(root);
    return Math.max(0, Math.min(budgetBytes - (await sizeBelow(root)), bavail * bsize));
  };
  const sizeOf = async (path: string): Promise<number> => {
    try {
      return (await stat(path)).size;
    } catch {
      return 0;
    }
  };
  /** Whether there is room for `bytes` more; a medium that takes no writes at all says so first. */
  const checkRoom = async (path: string, bytes: number): Promise<Result<void, MediumFault>> => {
    const free = await asResult('unreadable', path, async () => {
      await access(root, constants.W_OK);
      return freeNow();
    });
    if (!free.ok) return free;
    return bytes > free.value ? fault('full', `${name}: budget used up`) : done;
  };
  /** Writes when there is room. Room is asked for by what grows alone: to add up all files takes longer than a sync. */
  const store = (
    path: string,
    bytes: Uint8Array,
    adds: boolean,
    work: (file: string, held: Uint8Array, before: number) => Promise<void>,
  ): Promise<Result<void, MediumFault>> => {
    const file = at(path);
    const held = bytes.slice();
    return inTurn(path, async () => {
      const before = await sizeOf(file);
      const after = adds ? before + held.length : held.length;
      assertFileSize(after);
      const room = after > before ? await checkRoom(path, after - before) : done;
      if (!room.ok) return room;
      return asResult('unreadable', path, () => work(file, held, before));
    });
  };

  return {
    name,
    present: look,
    onPresence: (listener) => {
      listeners.add(listener);
      if (stopPoll === null) poll();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          stopPoll?.();
          stopPoll = null;
        }
      };
    },
    read: (path) => {
      const file = at(path);
      return attempt('unreadable', path, async () => {
        try {
          if ((await stat(file)).size > MAX_FILE_BYTES) throw new Error(`${path} is too long`);
          return new Uint8Array(await readFile(file));
        } catch (error) {
          if (codeOf(error) === 'ENOENT' && existsSync(root)) return null;
          throw error;
        }
      });
    },
    write: async (path, bytes) => {
      assertFileSize(bytes.length);
      return store(path, bytes, false, (file, held, before) =>
        openInPlace(file, async (handle) => {
          // From the start, all of it, however many write(2) it takes.
          await handle.writeFile(held);
          if (before > held.length) await handle.truncate(held.length);
        }),
      );
    },
    append: async (path, bytes) =>
      store(path, bytes, true, async (file, held) => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await withFile(file, 'a', (handle) => handle.appendFile(held));
      }),
    sync: (path) => {
      const file = at(path);
      return attempt('notSynced', path, () => withFile(file, 'r+', (handle) => handle.sync()));
    },
    rename: (from, to) => {
      const [source, target] = [at(from), at(to)];
      return attempt('unreadable', `${from} to ${to}`, async () => {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(source, target);
      });
    },
    remove: (path) => {
      const file = at(path);
      return attempt('unreadable', path, () => rm(file, { force: true }));
    },
    syncFolder: (folder) => {
      assertFolder(folder);
      // A folder's own name lasts only when the folder above it is synced: all of them, up to the root.
      const folders = [folder];
      while (folders[folders.length - 1] !== '')
        folders.push(folderOf(folders[folders.length - 1]!));
      return attempt('notSynced', folder, async () => {
        for (const each of folders) {
          if (each !== '' && !existsSync(join(root, each))) continue;
          await withFile(join(root, each), 'r', (handle) => handle.sync());
        }
      });
    },
    list: (folder) => {
      assertFolder(folder);
      return attempt('unreadable', folder, async () => {
        try {
          const names = await readdir(join(root, folder), { withFileTypes: true });
          if (names.length > MAX_NAMES) throw new Error(`more than ${MAX_NAMES} names`);
          return names
            .filter((each) => each.isFile())
            .map((each) => each.name)
            .sort();
        } catch (error) {
          if (codeOf(error) === 'ENOENT' && existsSync(root)) return [];
          throw error;
        }
      });
    },
    freeBytes: () => attempt('unreadable', 'free space', freeNow),
  };
};
