/**
 * The inside of an emulated medium: what its files hold now, what of that is durable, and every
 * state that may legally be left after a power cut. The rules are those of hal/storage.ts: content
 * lasts after `sync`, names after `syncFolder`; what was not synced is old or new, sector by sector
 * and name by name, in any mix.
 */
import { folderOf } from './paths.ts';

export const SECTOR_BYTES = 512;

/** Picks one of `options` possibilities: 0 to options - 1. 0 is always "as it was, durably, before". */
export type Choice = (options: number) => number;

/** Nothing that was not synced survives. */
export const keepOld: Choice = () => 0;
/** Everything survives that can. */
export const keepNew: Choice = (options) => options - 1;

type Content = {
  live: Uint8Array;
  durable: Uint8Array;
  /** What was written since the last sync, oldest first; the last is `live`. */
  unsynced: Uint8Array[];
  /** Where appended bytes go, so that a log does not copy itself with each line. */
  tail: Tail | null;
};

/** A buffer larger than the content in it; bytes below `used` never change, views of them are kept. */
type Tail = { readonly buffer: Uint8Array; used: number };

export type EmulatedDisk = {
  read(path: string): Uint8Array | null;
  /** Length of a file in bytes, 0 when there is none. */
  size(path: string): number;
  write(path: string, bytes: Uint8Array): void;
  append(path: string, bytes: Uint8Array): void;
  /** False: there is no such file. */
  sync(path: string): boolean;
  /** False: there is no such file. */
  rename(from: string, to: string): boolean;
  remove(path: string): void;
  syncFolder(folder: string): void;
  list(folder: string): readonly string[];
  usedBytes(): number;
  /**
   * The power is cut: `choice` decides about everything that was not synced; `tear` allows sectors
   * that are new up to a byte and old after it (a list: at these bytes only).
   */
  settle(choice: Choice, tear: boolean | readonly number[]): void;
  /** Flips bits of a byte, in what is durable too. False: no such byte. */
  rot(path: string, offset: number, mask: number): boolean;
  /** Every file as it stands now. */
  files(): Map<string, Uint8Array>;
  /** Replaces everything, durably. */
  load(files: ReadonlyMap<string, Uint8Array>): void;
  /** Everything, with what is synced and what is not, to go on from more than once. */
  state(): DiskState;
  restore(state: DiskState): void;
};

/** A disk at an instant; a value. */
export type DiskState = {
  readonly names: ReadonlyMap<string, Content>;
  readonly durableNames: ReadonlyMap<string, Content>;
  readonly renamed: ReadonlyMap<string, readonly (Content | null)[]>;
};

const EMPTY = new Uint8Array(0);

/** Sector `index` of `bytes`, zeros beyond its end. */
const sectorOf = (bytes: Uint8Array, index: number): Uint8Array => {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set(bytes.subarray(index * SECTOR_BYTES, (index + 1) * SECTOR_BYTES));
  return sector;
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;

const distinct = (all: readonly Uint8Array[]): readonly Uint8Array[] =>
  all.filter((each, index) => all.findIndex((other) => sameBytes(other, each)) === index);

/** A sector torn anywhere. */
const ANYWHERE: readonly number[] = Array.from({ length: SECTOR_BYTES - 1 }, (_, at) => at + 1);

/** The first bytes of one sector followed by the rest of another. */
const tornSector = (head: Uint8Array, tail: Uint8Array, at: number): Uint8Array => {
  const torn = tail.slice();
  torn.set(head.subarray(0, at));
  return torn;
};

/** `content` with `bytes` after it: in its tail when that has room and ends where the content does. */
const appended = (content: Content, bytes: Uint8Array): Uint8Array => {
  const { live, tail } = content;
  const length = live.length + bytes.length;
  if (tail !== null && live.buffer === tail.buffer.buffer && live.length === tail.used) {
    if (length <= tail.buffer.length) {
      tail.buffer.set(bytes, tail.used);
      tail.used = length;
      return tail.buffer.subarray(0, length);
    }
  }
  const buffer = new Uint8Array(2 * length);
  buffer.set(live);
  buffer.set(bytes, live.length);
  content.tail = { buffer, used: length };
  return buffer.subarray(0, length);
};

/** What may be left of a file whose content was not synced. */
const residueOf = (content: Content, choice: Choice, tears: readonly number[]): Uint8Array => {
  const versions = [content.durable, ...content.unsynced];
  const lengths = [...new Set(versions.map((version) => version.length))];
  const left = new Uint8Array(
    lengths.length === 1 ? lengths[0]! : lengths[choice(lengths.length)]!,
  );
  for (let index = 0; index * SECTOR_BYTES < left.length; index++) {
    const options = distinct(versions.map((version) => sectorOf(version, index)));
    let sector = options[0]!;
    if (options.length > 1) {
      const picked = choice(options.length + (tears.length > 0 ? 1 : 0));
      sector =
        options[picked] ?? tornSector(options[1]!, options[0]!, tears[choice(tears.length)]!);
    }
    const start = index * SECTOR_BYTES;
    left.set(sector.subarray(0, left.length - start), start);
  }
  return left;
};

/** A copy in which each file is copied once, under however many names it stands. */
const copyState = ({ names, durableNames, renamed }: DiskState) => {
  const copies = new Map<Content, Content>();
  const copy = (content: Content): Content => {
    const made = copies.get(content) ?? {
      ...content,
      unsynced: [...content.unsynced],
      tail: null,
    };
    copies.set(content, made);
    return made;
  };
  const table = (from: ReadonlyMap<string, Content>) =>
    new Map([...from].map(([path, content]) => [path, copy(content)]));
  return {
    names: table(names),
    durableNames: table(durableNames),
    renamed: new Map(
      [...renamed].map(([path, history]) => [
        path,
        history.map((content) => (content === null ? null : copy(content))),
      ]),
    ),
  };
};

export const makeEmulatedDisk = (): EmulatedDisk => {
  let names = new Map<string, Content>();
  let durableNames = new Map<string, Content>();
  /** What each name stood for since the last sync of its folder, oldest first. */
  let renamed = new Map<string, (Content | null)[]>();

  const changeName = (path: string, content: Content | null): void => {
    if (content === null) names.delete(path);
    else names.set(path, content);
    const history = renamed.get(path) ?? [];
    history.push(content);
    renamed.set(path, history);
  };
  const contentFor = (path: string): Content => {
    const there = names.get(path);
    if (there !== undefined) return there;
    const fresh: Content = { live: EMPTY, durable: EMPTY, unsynced: [], tail: null };
    changeName(path, fresh);
    return fresh;
  };
  const replace = (content: Content, bytes: Uint8Array): void => {
    content.live = bytes;
    content.unsynced.push(bytes);
  };

  return {
    read: (path) => names.get(path)?.live.slice() ?? null,
    size: (path) => names.get(path)?.live.length ?? 0,
    write: (path, bytes) => replace(contentFor(path), bytes.slice()),
    append: (path, bytes) => {
      const content = contentFor(path);
      replace(content, appended(content, bytes));
    },
    sync: (path) => {
      const content = names.get(path);
      if (content === undefined) return false;
      content.durable = content.live;
      content.unsynced = [];
      return true;
    },
    rename: (from, to) => {
      const content = names.get(from);
      if (content === undefined) return false;
      if (from === to) return true;
      changeName(to, content);
      changeName(from, null);
      return true;
    },
    remove: (path) => {
      if (names.has(path)) changeName(path, null);
    },
    syncFolder: (folder) => {
      for (const path of [...renamed.keys()]) {
        if (folderOf(path) !== folder) continue;
        const content = names.get(path);
        if (content === undefined) durableNames.delete(path);
        else durableNames.set(path, content);
        renamed.delete(path);
      }
    },
    list: (folder) =>
      [...names.keys()]
        .filter((path) => folderOf(path) === folder)
        .map((path) => path.slice(folder === '' ? 0 : folder.length + 1))
        .sort(),
    usedBytes: () => [...names.values()].reduce((sum, { live }) => sum + live.length, 0),
    settle: (choice, tear) => {
      const tears = tear === true ? ANYWHERE : tear === false ? [] : tear;
      for (const [path, history] of renamed) {
        const options = [durableNames.get(path) ?? null, ...history];
        const left = options[choice(options.length)] ?? null;
        if (left === null) durableNames.delete(path);
        else durableNames.set(path, left);
      }
      renamed = new Map();
      for (const content of new Set(durableNames.values())) {
        if (content.unsynced.length > 0) content.durable = residueOf(content, choice, tears);
        content.live = content.durable;
        content.unsynced = [];
      }
      names = new Map(durableNames);
    },
    rot: (path, offset, mask) => {
      const content = names.get(path);
      const byte = content?.live[offset];
      if (content === undefined || byte === undefined) return false;
      content.live = content.live.slice();
      content.live[offset] = byte ^ mask;
      content.durable = content.live;
      content.unsynced = [];
      return true;
    },
    files: () => new Map([...names].map(([path, { live }]) => [path, live.slice()])),
    load: (files) => {
      durableNames = new Map(
        [...files].map(([path, bytes]) => {
          const held = bytes.slice();
          return [path, { live: held, durable: held, unsynced: [], tail: null }];
        }),
      );
      names = new Map(durableNames);
      renamed = new Map();
    },
    state: () => copyState({ names, durableNames, renamed }),
    restore: (state) => {
      ({ names, durableNames, renamed } = copyState(state));
    },
  };
};

/**
 * Runs `body` once for every sequence of choices it can meet, at most `limit` times. Returns whether
 * all were met. For small residues: their number grows as 2^sectors.
 */
export const forEveryChoice = (limit: number, body: (choice: Choice) => void): boolean => {
  let prefix: number[] = [];
  for (let ran = 0; ran < limit; ran++) {
    const taken: { picked: number; options: number }[] = [];
    body((options) => {
      const picked = prefix[taken.length] ?? 0;
      taken.push({ picked, options });
      return picked;
    });
    let last = taken.length - 1;
    while (last >= 0 && taken[last]!.picked + 1 >= taken[last]!.options) last--;
    if (last < 0) return true;
    prefix = taken.slice(0, last + 1).map(({ picked }) => picked);
    prefix[last] = prefix[last]! + 1;
  }
  return false;
};
