/**
 * Ways to weaken the protocol between its code and its storage, one at a time: a sync that is not
 * made, a rename that is not, a read-back that looks at nothing, a write that comes too late. The
 * enumeration must find each of them out, else it proves nothing about the protocol as it is.
 */
import { done, ok, type Result } from '#hal/result.ts';
import type { CellSlot, SecureCell } from '#hal/secure-cell.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';

/** What a file is for. */
export type FileClass = 'journal' | 'urn' | 'pending' | 'polls' | 'setup' | 'desk file';

export const fileClassOf = (path: string): FileClass | null => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('journal-')) return 'journal';
  if (name.startsWith('urn-')) return 'urn';
  if (name.startsWith('pending')) return 'pending';
  if (name.startsWith('polls')) return 'polls';
  if (name.startsWith('setup')) return 'setup';
  return name.startsWith('file.') ? 'desk file' : null;
};

/** Stands between the processes of one unit and its storage. */
export type Tampering = {
  readonly medium: (medium: Medium) => Medium;
  readonly cell: (cell: SecureCell) => SecureCell;
  /** The processes are new: whatever was held back is lost. */
  readonly restarted: () => void;
};

export const NO_TAMPERING: Tampering = {
  medium: (medium) => medium,
  cell: (cell) => cell,
  restarted: () => undefined,
};

type Stored = Promise<Result<void, MediumFault>>;

/** Files of these classes are never synced. */
export const withoutSync = (classes: readonly FileClass[]): Tampering => ({
  ...NO_TAMPERING,
  medium: (medium) => ({
    ...medium,
    sync: (path): Stored => {
      const what = fileClassOf(path);
      return what !== null && classes.includes(what) ? Promise.resolve(done) : medium.sync(path);
    },
  }),
});

/** Names in this folder are never synced. */
export const withoutFolderSync = (folder: string): Tampering => ({
  ...NO_TAMPERING,
  medium: (medium) => ({
    ...medium,
    syncFolder: (path): Stored =>
      path === folder ? Promise.resolve(done) : medium.syncFolder(path),
  }),
});

/** Whole files are written over in place instead of beside and renamed. */
export const withoutRename: Tampering = {
  ...NO_TAMPERING,
  medium: (medium) => {
    const inPlace = (path: string): string => path.replace(/\.new$/, '');
    return {
      ...medium,
      write: (path, bytes): Stored => medium.write(inPlace(path), bytes),
      sync: (path): Stored => medium.sync(inPlace(path)),
      rename: (): Stored => Promise.resolve(done),
    };
  },
};

/** Removals of these files are not made. */
export const withoutRemoval = (what: FileClass): Tampering => ({
  ...NO_TAMPERING,
  medium: (medium) => ({
    ...medium,
    remove: (path): Stored =>
      fileClassOf(path) === what ? Promise.resolve(done) : medium.remove(path),
  }),
});

/** A slot of a cell is never erased. */
export const withoutErasure = (slots: readonly CellSlot[]): Tampering => ({
  ...NO_TAMPERING,
  cell: (cell) => ({
    ...cell,
    present: () => cell.present(),
    erase: (slot) => (slots.includes(slot) ? Promise.resolve(done) : cell.erase(slot)),
  }),
});

const damaged = (bytes: Uint8Array, at: number): Uint8Array => {
  const bad = bytes.slice();
  bad[at] = bad[at]! ^ 0x10;
  return bad;
};

/** One bit of the `nth` file of a class arrives wrong on one medium: a fault that a read-back finds. */
export const withBadWrites = (name: Medium['name'], what: FileClass, nth: number): Tampering => {
  let count = 0;
  return {
    ...NO_TAMPERING,
    medium: (medium) => ({
      ...medium,
      write: (path, bytes): Stored => {
        const hit = medium.name === name && fileClassOf(path) === what && ++count === nth;
        return medium.write(path, hit ? damaged(bytes, bytes.length >> 1) : bytes);
      },
    }),
  };
};

/** One bit of the `nth` key arrives wrong in one cell. */
export const withBadCell = (name: SecureCell['name'], nth: number): Tampering => {
  let count = 0;
  return {
    ...NO_TAMPERING,
    cell: (cell) => ({
      ...cell,
      write: (slot, bytes) =>
        cell.write(slot, cell.name === name && ++count === nth ? damaged(bytes, 20) : bytes),
    }),
  };
};

/** Whoever reads what was written last in this process is told what was meant, not what stands there. */
export const withoutReadBack = (classes: readonly FileClass[]): Tampering => {
  let meant = new Map<string, Uint8Array>();
  return {
    ...NO_TAMPERING,
    restarted: () => {
      meant = new Map();
    },
    medium: (medium) => ({
      ...medium,
      write: (path, bytes): Stored => {
        const what = fileClassOf(path);
        if (what !== null && classes.includes(what))
          meant.set(`${medium.name}/${path}`, bytes.slice());
        return medium.write(path, bytes);
      },
      rename: (from, to): Stored => {
        const bytes = meant.get(`${medium.name}/${from}`);
        if (bytes !== undefined) meant.set(`${medium.name}/${to}`, bytes);
        return medium.rename(from, to);
      },
      read: (path) => {
        const bytes = meant.get(`${medium.name}/${path}`);
        return bytes === undefined ? medium.read(path) : Promise.resolve(ok(bytes.slice()));
      },
    }),
  };
};

/** The same for the cells. */
export const withoutCellReadBack = (): Tampering => {
  let meant = new Map<string, Uint8Array>();
  return {
    ...NO_TAMPERING,
    restarted: () => {
      meant = new Map();
    },
    cell: (cell) => ({
      ...cell,
      write: (slot, bytes) => {
        meant.set(`${cell.name}/${slot}`, bytes.slice());
        return cell.write(slot, bytes);
      },
      erase: (slot) => {
        meant.delete(`${cell.name}/${slot}`);
        return cell.erase(slot);
      },
      read: (slot) => {
        const bytes = meant.get(`${cell.name}/${slot}`);
        return bytes === undefined ? cell.read(slot) : Promise.resolve(ok(bytes.slice()));
      },
    }),
  };
};

/**
 * Writes and syncs of one class are held back until something of another class is durable on both
 * media, and are made then: two steps of the protocol in the wrong order.
 */
export const inWrongOrder = (late: FileClass, until: FileClass): Tampering => {
  let held: (() => Promise<unknown>)[] = [];
  let meant = new Map<string, Uint8Array>();
  let passed = new Set<Medium['name']>();
  const release = async (): Promise<void> => {
    const due = held;
    held = [];
    passed = new Set();
    meant = new Map();
    for (const each of due) await each();
  };
  return {
    ...NO_TAMPERING,
    restarted: () => {
      held = [];
      passed = new Set();
      meant = new Map();
    },
    medium: (medium) => {
      const isLate = (path: string): boolean => fileClassOf(path) === late;
      const key = (path: string): string => `${medium.name}/${path}`;
      return {
        ...medium,
        write: async (path, bytes): Stored => {
          if (isLate(path)) {
            const kept = bytes.slice();
            meant.set(key(path), kept);
            held.push(() => medium.write(path, kept));
            return done;
          }
          return medium.write(path, bytes);
        },
        sync: async (path): Stored => {
          if (isLate(path)) {
            held.push(() => medium.sync(path));
            return done;
          }
          const synced = await medium.sync(path);
          if (fileClassOf(path) === until && held.length > 0) passed.add(medium.name);
          if (passed.size === 2) await release();
          return synced;
        },
        syncFolder: async (folder): Stored => {
          if (held.length > 0) held.push(() => medium.syncFolder(folder));
          return medium.syncFolder(folder);
        },
        read: (path) => {
          const bytes = meant.get(key(path));
          return bytes === undefined ? medium.read(path) : Promise.resolve(ok(bytes.slice()));
        },
      };
    },
  };
};

/** As soon as a new outer key is written, the old one (or the one-time key) is erased, before any journal names the new one. */
export const withEarlyErasure = (which: 'old outer key' | 'one-time key'): Tampering => ({
  ...NO_TAMPERING,
  cell: (cell) => ({
    ...cell,
    write: async (slot, bytes) => {
      const written = await cell.write(slot, bytes);
      if (!written.ok || slot === 'oneTime') return written;
      return cell.erase(which === 'one-time key' ? 'oneTime' : slot === 0 ? 1 : 0);
    },
  }),
});

/** Cell writes of these slots are held back until files of a class are durable on both media. */
export const withLateKeys = (late: readonly CellSlot[], until: FileClass): Tampering => {
  let held: (() => Promise<unknown>)[] = [];
  let meant = new Map<string, Uint8Array>();
  let passed = new Set<Medium['name']>();
  const forget = (): void => {
    held = [];
    passed = new Set();
    meant = new Map();
  };
  return {
    restarted: forget,
    medium: (medium) => ({
      ...medium,
      sync: async (path): Stored => {
        const synced = await medium.sync(path);
        if (fileClassOf(path) === until && held.length > 0) passed.add(medium.name);
        if (passed.size < 2) return synced;
        const due = held;
        forget();
        for (const each of due) await each();
        return synced;
      },
    }),
    cell: (cell) => ({
      ...cell,
      present: () => cell.present(),
      write: (slot, bytes) => {
        if (!late.includes(slot)) return cell.write(slot, bytes);
        const kept = bytes.slice();
        meant.set(`${cell.name}/${slot}`, kept);
        held.push(() => cell.write(slot, kept));
        return Promise.resolve(done);
      },
      read: (slot) => {
        const bytes = meant.get(`${cell.name}/${slot}`);
        return bytes === undefined ? cell.read(slot) : Promise.resolve(ok(bytes.slice()));
      },
    }),
  };
};

/** The byte of a journal that says its phase, and SPOILED there (firmware/vault/journal.ts). */
const PHASE_AT = 5;
const SPOILED = 4;

/** The one-time key of a rejected paper goes before the journal says SPOILED. */
export const withErasureBeforeSpoiled = (): Tampering => {
  let cells: SecureCell[] = [];
  return {
    restarted: () => {
      cells = [];
    },
    cell: (cell) => {
      cells.push(cell);
      return cell;
    },
    medium: (medium) => ({
      ...medium,
      write: async (path, bytes): Stored => {
        if (fileClassOf(path) === 'journal' && bytes[PHASE_AT] === SPOILED)
          for (const cell of cells) await cell.erase('oneTime');
        return medium.write(path, bytes);
      },
    }),
  };
};

/** One weakening on top of another. */
export const both = (outer: Tampering, inner: Tampering): Tampering => ({
  medium: (medium) => outer.medium(inner.medium(medium)),
  cell: (cell) => outer.cell(inner.cell(cell)),
  restarted: () => {
    outer.restarted();
    inner.restarted();
  },
});
