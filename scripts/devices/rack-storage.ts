/**
 * The rack's memory as folders and files: media that are pulled and put back (the folder goes to another
 * name), cells, and a slot into which tokens are put. What a folder can not do is not claimed: it does
 * not lose unsynced bytes with the power, and it is read-only for nobody who is root.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { EmulatedToken } from '#drivers/storage/emulator-token.ts';
import { TOKEN_FILE } from '#drivers/storage/token-file.ts';
import { CELL_SLOT_BYTES, type CellSlot } from '#hal/secure-cell.ts';
import { slowFiles } from './slow-files.ts';

/** What goes wrong with a medium of the rack, each by its name. */
export const RACK_MEDIUM_FAULTS = {
  full: 'no room is left in its budget',
  readOnly: 'nothing on it can be changed (not for root, whom no mode of a folder stops)',
  slow: 'whoever writes to a file on it waits a quarter of a second before',
  bitRot: 'one bit of each file has flipped; what is written anew is whole, and it does not heal',
} as const satisfies Record<string, string>;
export type RackMediumFault = keyof typeof RACK_MEDIUM_FAULTS;

/** The processes that have a folder of their own on each medium. */
export const MEDIUM_OWNERS = ['desk', 'booth', 'log'] as const;
export type MediumOwner = (typeof MEDIUM_OWNERS)[number];

export type RackMedium = {
  readonly name: 'fixed' | 'removable';
  /** Where it is mounted while it is in. */
  readonly folder: string;
  present(): boolean;
  pull(): void;
  putBack(): void;
  /** Puts an empty medium in its place; the one that was in is gone. */
  replaceByFresh(): void;
  /** The same with another one's content; `complete` makes it whole while it is still out. */
  replaceBy(files: ReadonlyMap<string, Uint8Array>, complete: () => void): void;
  setFault(fault: RackMediumFault, on: boolean): void;
  faults(): readonly RackMediumFault[];
  /** Content by path, in or out. */
  files(): Map<string, Uint8Array>;
  /** Replaces the whole content. */
  load(files: ReadonlyMap<string, Uint8Array>): void;
};

/** What fills a budget: a sparse file of its size, in a folder that no process looks into. */
const FILLER = join('.filler', 'filler');
const WRITABLE = 0o700;
const READ_ONLY = 0o500;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith(FILLER))
    .sort();

const setMode = (folder: string, mode: number): void => {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const isFolder = entry.isDirectory();
    chmodSync(join(entry.parentPath, entry.name), isFolder ? mode : mode & 0o600);
  }
  chmodSync(folder, mode);
};

/** In the middle of a file; an empty one has none to flip. */
const flipBit = (path: string): void => {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  if (middle >= bytes.length) return;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  // In place, as it happens on flash.
  writeFileSync(path, bytes, { flag: 'r+' });
};

/** A medium at `folder`; `onFresh` empties what else is on it (the module's cell). */
export const makeRackMedium = (
  name: RackMedium['name'],
  folder: string,
  budgetBytes: number,
  onFresh: () => void = () => undefined,
): RackMedium => {
  const away = `${folder}.pulled`;
  const active = new Set<RackMediumFault>();
  const place = (): string => (existsSync(away) ? away : folder);
  const prepare = (): void => {
    for (const owner of MEDIUM_OWNERS) mkdirSync(join(place(), owner), { recursive: true });
  };
  const owned = (): readonly string[] =>
    MEDIUM_OWNERS.flatMap((owner) => filesBelow(join(place(), owner)));
  /** While it is in. */
  const listOwned = (): readonly string[] => {
    try {
      return owned();
    } catch {
      return [];
    }
  };
  let stopSlow = (): void => undefined;
  const apply = (fault: RackMediumFault, on: boolean): void => {
    switch (fault) {
      case 'full':
        for (const owner of MEDIUM_OWNERS) {
          const filler = join(place(), owner, FILLER);
          rmSync(dirname(filler), { recursive: true, force: true });
          if (!on) continue;
          mkdirSync(dirname(filler), { recursive: true });
          writeFileSync(filler, '');
          truncateSync(filler, budgetBytes);
        }
        return;
      case 'readOnly':
        setMode(place(), on ? READ_ONLY : WRITABLE);
        return;
      case 'slow':
        stopSlow();
        stopSlow = on ? slowFiles(listOwned) : () => undefined;
        return;
      case 'bitRot':
        if (!on) return;
        // What this process writes must not wait for itself.
        stopSlow();
        for (const path of owned()) flipBit(path);
        if (active.has('slow')) apply('slow', true);
        return;
    }
  };
  const clear = (): void => {
    for (const fault of active) apply(fault, false);
    active.clear();
  };
  const write = (files: ReadonlyMap<string, Uint8Array>): void => {
    for (const [path, bytes] of files) {
      const file = join(place(), path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  };
  const replaceBy: RackMedium['replaceBy'] = (files, complete) => {
    clear();
    rmSync(folder, { recursive: true, force: true });
    rmSync(away, { recursive: true, force: true });
    // Made elsewhere and put in whole: nobody sees half a medium.
    for (const owner of MEDIUM_OWNERS) mkdirSync(join(away, owner), { recursive: true });
    write(files);
    complete();
    renameSync(away, folder);
  };
  prepare();
  return {
    name,
    folder,
    present: () => existsSync(folder),
    pull: () => {
      if (existsSync(folder)) renameSync(folder, away);
    },
    putBack: () => {
      if (existsSync(away) && !existsSync(folder)) renameSync(away, folder);
    },
    replaceByFresh: () => replaceBy(new Map(), onFresh),
    replaceBy,
    setFault: (fault, on) => {
      if (on) active.add(fault);
      else active.delete(fault);
      apply(fault, on);
    },
    faults: () => [...active],
    files: () =>
      new Map(owned().map((path) => [relative(place(), path), new Uint8Array(readFileSync(path))])),
    load: (files) => {
      clear();
      for (const owner of MEDIUM_OWNERS)
        rmSync(join(place(), owner), { recursive: true, force: true });
      prepare();
      write(files);
    },
  };
};

export type RackCell = {
  readonly path: string;
  /** Makes it blank. */
  erase(): void;
  image(): Map<CellSlot, Uint8Array>;
  load(image: ReadonlyMap<CellSlot, Uint8Array>): void;
};

/** As drivers/storage/cell-nvmem.ts lays them out. */
const SLOTS: readonly CellSlot[] = [0, 1, 'oneTime'];

/** A file that stands in for a cell at `place()`; made blank if there is none. */
export const makeRackCell = (place: () => string): RackCell => {
  const write = (image: ReadonlyMap<CellSlot, Uint8Array>): void => {
    const bytes = new Uint8Array(SLOTS.length * CELL_SLOT_BYTES);
    for (const [index, slot] of SLOTS.entries())
      bytes.set(image.get(slot) ?? new Uint8Array(CELL_SLOT_BYTES), index * CELL_SLOT_BYTES);
    mkdirSync(dirname(place()), { recursive: true });
    writeFileSync(place(), bytes);
  };
  const erase = (): void => write(new Map());
  if (!existsSync(place())) erase();
  return {
    get path() {
      return place();
    },
    erase,
    image: () => {
      const bytes = new Uint8Array(readFileSync(place()));
      return new Map(
        SLOTS.map((slot, index) => [
          slot,
          bytes.slice(index * CELL_SLOT_BYTES, (index + 1) * CELL_SLOT_BYTES),
        ]),
      );
    },
    load: write,
  };
};

export type RackTokenSlot = {
  /** Where the token's memory appears while one is in. */
  readonly folder: string;
  /** Puts a token in; the one that was in is taken out before. */
  insert(token: EmulatedToken): void;
  /** Takes it out, with what was written to it; null when none was in. */
  remove(): EmulatedToken | null;
  inserted(): EmulatedToken | null;
};

export const makeRackTokenSlot = (folder: string): RackTokenSlot => {
  const aside = `${folder}.out`;
  let token: EmulatedToken | null = null;
  rmSync(folder, { recursive: true, force: true });
  rmSync(aside, { recursive: true, force: true });
  const remove = (): EmulatedToken | null => {
    const held = token;
    if (held === null) return null;
    token = null;
    // Gone at once, then read: a write under way fails as on a token that is pulled.
    renameSync(folder, aside);
    const record = join(aside, TOKEN_FILE);
    held.record =
      existsSync(record) && statSync(record).isFile() ? new Uint8Array(readFileSync(record)) : null;
    rmSync(aside, { recursive: true, force: true });
    return held;
  };
  return {
    folder,
    insert: (next) => {
      remove();
      mkdirSync(aside, { recursive: true });
      if (next.record !== null) writeFileSync(join(aside, TOKEN_FILE), next.record);
      renameSync(aside, folder);
      token = next;
    },
    remove,
    inserted: () => token,
  };
};
