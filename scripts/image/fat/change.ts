/**
 * Changes of a FAT volume, as writes in an order that can be cut anywhere: what a new file consists of is
 * there before its name is, and a name is gone before what it stood for. The name itself is one sector.
 */
import { applyWrites, type Write } from '../disk/write.ts';
import {
  CLUSTER,
  chainOf,
  clusterOffset,
  END,
  ENTRY,
  FREE,
  fatEntry,
  type Geometry,
  geometryOf,
  ROOT_CLUSTER,
  readTree,
  reservedSectors,
  SECTOR,
} from './volume.ts';

export class FatError extends Error {}

const FOLDER = 0x10;
const ARCHIVE = 0x20;
const LONG_NAME = 0x0f;
/** 1 January 1980, the first day that FAT knows. */
const DAY = 0x0021;
const LETTERS_PER_ENTRY = 13;

const isShort = (name: string): boolean => /^[A-Z0-9_-]{1,8}(\.[A-Z0-9_-]{1,3})?$/.test(name);

const shortBytes = (name: string): Buffer => {
  const [base = '', extension = ''] = name.split('.');
  return Buffer.from(base.padEnd(8) + extension.padEnd(3), 'latin1');
};

/** A short name for a long one; `~n` tells those of a folder apart. */
const aliasOf = (name: string, number: number): string => {
  const dot = name.lastIndexOf('.');
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9_-]/g, '');
  const base = plain(dot < 0 ? name : name.slice(0, dot)).slice(0, 6);
  const extension = dot < 0 ? '' : plain(name.slice(dot + 1)).slice(0, 3);
  return `${base}~${number}${extension === '' ? '' : `.${extension}`}`;
};

const checkSumOf = (short: Buffer): number =>
  short.reduce((sum, each) => (((sum & 1) << 7) + (sum >> 1) + each) & 0xff, 0);

const longEntries = (name: string, short: Buffer): Buffer => {
  const count = Math.ceil(name.length / LETTERS_PER_ENTRY);
  // The name, a zero where it does not fill the last entry, then 0xffff.
  const text = Buffer.alloc(count * LETTERS_PER_ENTRY * 2, 0xff);
  text.write(`${name}\0`, 'utf16le');
  const entries = Buffer.alloc(count * ENTRY);
  for (let index = 0; index < count; index += 1) {
    const entry = entries.subarray((count - 1 - index) * ENTRY, (count - index) * ENTRY);
    const part = text.subarray(index * 26, (index + 1) * 26);
    entry.writeUInt8((index + 1) | (index === count - 1 ? 0x40 : 0), 0);
    entry.set(part.subarray(0, 10), 1);
    entry.writeUInt8(LONG_NAME, 11);
    entry.writeUInt8(checkSumOf(short), 13);
    entry.set(part.subarray(10, 22), 14);
    entry.set(part.subarray(22, 26), 28);
  }
  return entries;
};

type NewEntry = { readonly attributes: number; readonly cluster: number; readonly bytes: number };

const shortEntry = (short: Buffer, { attributes, cluster, bytes }: NewEntry): Buffer => {
  const entry = Buffer.alloc(ENTRY);
  entry.set(short, 0);
  entry.writeUInt8(attributes, 11);
  for (const at of [16, 18, 24]) entry.writeUInt16LE(DAY, at);
  entry.writeUInt16LE(cluster >>> 16, 20);
  entry.writeUInt16LE(cluster & 0xffff, 26);
  entry.writeUInt32LE(bytes, 28);
  return entry;
};

/** Both tables where they differ, the second one first: the first is the one that is read. */
const fatWrites = (
  volume: Buffer,
  geometry: Geometry,
  changes: ReadonlyMap<number, number>,
): readonly Write[] => {
  const sectors = new Map<number, Buffer>();
  for (const [cluster, value] of changes) {
    const offset = cluster * 4;
    const sector = Math.floor(offset / SECTOR);
    const at = geometry.fatOffset + sector * SECTOR;
    const bytes = sectors.get(sector) ?? Buffer.from(volume.subarray(at, at + SECTOR));
    bytes.writeUInt32LE(value, offset % SECTOR);
    sectors.set(sector, bytes);
  }
  return [1, 0].flatMap((table) =>
    [...sectors].map(([sector, bytes]) => ({
      offset: geometry.fatOffset + (table * geometry.fatSectors + sector) * SECTOR,
      bytes,
    })),
  );
};

const folderAt = (volume: Buffer, path: string): readonly number[] => {
  if (path === '') return chainOf(volume, geometryOf(volume.length), ROOT_CLUSTER) ?? [];
  const found = readTree(volume).folders.find((each) => each.path === path);
  if (found === undefined) throw new FatError(`no folder ${path}`);
  return found.clusters;
};

const isFreeEntry = (volume: Buffer, offset: number): boolean =>
  volume[offset] === 0 || volume[offset] === 0xe5;

/** Where so many free entries stand in one sector, in bytes from the volume's start. */
const placeFor = (volume: Buffer, clusters: readonly number[], entries: number): number => {
  const geometry = geometryOf(volume.length);
  for (const cluster of clusters) {
    for (let at = 0; at < CLUSTER; at += ENTRY) {
      const start = clusterOffset(geometry, cluster) + at;
      const last = start + (entries - 1) * ENTRY;
      if (Math.floor(start / SECTOR) !== Math.floor(last / SECTOR)) continue;
      const free = Array.from({ length: entries }, (_, index) =>
        isFreeEntry(volume, start + index * ENTRY),
      );
      if (free.every(Boolean)) return start;
    }
  }
  throw new FatError('a folder is full');
};

const freeClusters = (volume: Buffer, count: number): readonly number[] => {
  const geometry = geometryOf(volume.length);
  const found: number[] = [];
  for (let at = 0; at < geometry.clusters && found.length < count; at += 1)
    if (fatEntry(volume, geometry, at + ROOT_CLUSTER) === FREE) found.push(at + ROOT_CLUSTER);
  if (found.length < count) throw new FatError('the volume is full');
  return found;
};

const split = (path: string): readonly [folder: string, name: string] => {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
};

/** Short names that are taken in a folder, as they stand there. */
const takenNames = (volume: Buffer, clusters: readonly number[]): ReadonlySet<string> => {
  const geometry = geometryOf(volume.length);
  const taken = new Set<string>();
  for (const cluster of clusters)
    for (let at = 0; at < CLUSTER; at += ENTRY) {
      const offset = clusterOffset(geometry, cluster) + at;
      if (!isFreeEntry(volume, offset)) taken.add(volume.toString('latin1', offset, offset + 11));
    }
  return taken;
};

/** The sector in which the new entries stand, as it is then. */
const entryWrite = (volume: Buffer, path: string, entry: NewEntry): Write => {
  const [folder, name] = split(path);
  const clusters = folderAt(volume, folder);
  const taken = takenNames(volume, clusters);
  const short = isShort(name)
    ? shortBytes(name)
    : Array.from({ length: 9 }, (_, at) => shortBytes(aliasOf(name, at + 1))).find(
        (each) => !taken.has(each.toString('latin1')),
      );
  if (short === undefined || (isShort(name) && taken.has(short.toString('latin1'))))
    throw new FatError(`${path} is there already`);
  const entries = Buffer.concat([
    ...(isShort(name) ? [] : [longEntries(name, short)]),
    shortEntry(short, entry),
  ]);
  const place = placeFor(volume, clusters, entries.length / ENTRY);
  const offset = Math.floor(place / SECTOR) * SECTOR;
  const sector = Buffer.from(volume.subarray(offset, offset + SECTOR));
  sector.set(entries, place - offset);
  return { offset, bytes: sector };
};

const chained = (clusters: readonly number[]): ReadonlyMap<number, number> =>
  new Map(clusters.map((cluster, at) => [cluster, clusters[at + 1] ?? END]));

const contentWrites = (
  geometry: Geometry,
  clusters: readonly number[],
  content: Uint8Array,
): readonly Write[] =>
  clusters.map((cluster, at) => {
    const bytes = Buffer.alloc(CLUSTER);
    bytes.set(content.subarray(at * CLUSTER, (at + 1) * CLUSTER));
    return { offset: clusterOffset(geometry, cluster), bytes };
  });

/** A new file: content, tables, and the name last. Throws `FatError` when it is there, or there is no room. */
export const addFile = (volume: Buffer, path: string, content: Uint8Array): readonly Write[] => {
  const geometry = geometryOf(volume.length);
  const clusters = freeClusters(volume, Math.ceil(content.length / CLUSTER));
  return [
    ...contentWrites(geometry, clusters, content),
    ...fatWrites(volume, geometry, chained(clusters)),
    entryWrite(volume, path, {
      attributes: ARCHIVE,
      cluster: clusters[0] ?? 0,
      bytes: content.length,
    }),
  ];
};

const addFolder = (volume: Buffer, path: string): readonly Write[] => {
  const geometry = geometryOf(volume.length);
  const [cluster] = freeClusters(volume, 1);
  const [parent] = split(path);
  const parentCluster = parent === '' ? 0 : (folderAt(volume, parent)[0] ?? 0);
  const own = { attributes: FOLDER, cluster: cluster!, bytes: 0 };
  const content = Buffer.concat([
    shortEntry(Buffer.from('.          ', 'latin1'), own),
    shortEntry(Buffer.from('..         ', 'latin1'), { ...own, cluster: parentCluster }),
  ]);
  return [
    ...contentWrites(geometry, [cluster!], content),
    ...fatWrites(volume, geometry, chained([cluster!])),
    entryWrite(volume, path, own),
  ];
};

/** A file's name, then its place in the tables, then what it was: nothing of it remains. */
export const removeFile = (volume: Buffer, path: string): readonly Write[] => {
  const geometry = geometryOf(volume.length);
  const found = readTree(volume).files.find((each) => each.path === path);
  if (found === undefined) throw new FatError(`no file ${path}`);
  // Backwards: the short entry, which makes it a file, goes first.
  const marks = [...found.entries].reverse().map((offset): Write => {
    return { offset, bytes: Buffer.concat([Buffer.from([0xe5]), Buffer.alloc(ENTRY - 1)]) };
  });
  return [
    ...inSectors(volume, marks),
    ...fatWrites(volume, geometry, new Map(found.clusters.map((each) => [each, FREE]))),
    ...contentWrites(geometry, found.clusters, new Uint8Array()),
  ];
};

/** Clusters that a cut change took and no file has: given back, and nothing of them remains. */
export const reclaim = (volume: Buffer): readonly Write[] => {
  const geometry = geometryOf(volume.length);
  const { files, folders } = readTree(volume);
  const root = chainOf(volume, geometry, ROOT_CLUSTER) ?? [];
  const used = new Set([...root, ...[...files, ...folders].flatMap(({ clusters }) => clusters)]);
  const lost: number[] = [];
  for (let cluster = ROOT_CLUSTER; cluster < geometry.clusters + ROOT_CLUSTER; cluster += 1)
    if (!used.has(cluster) && fatEntry(volume, geometry, cluster) !== FREE) lost.push(cluster);
  return [
    ...fatWrites(volume, geometry, new Map(lost.map((each) => [each, FREE]))),
    ...contentWrites(geometry, lost, new Uint8Array()),
  ];
};

/** Small changes as whole sectors, which a disk writes or does not. */
const inSectors = (volume: Buffer, writes: readonly Write[]): readonly Write[] => {
  const sectors = new Map<number, Buffer>();
  for (const { offset, bytes } of writes) {
    const start = Math.floor(offset / SECTOR) * SECTOR;
    const sector = sectors.get(start) ?? Buffer.from(volume.subarray(start, start + SECTOR));
    sector.set(bytes, offset - start);
    sectors.set(start, sector);
  }
  return [...sectors].map(([offset, bytes]) => ({ offset, bytes }));
};

/** A volume with these files; folders are made where a path names them. */
export const makeVolume = (bytes: number, files: ReadonlyMap<string, Uint8Array>): Buffer => {
  const volume = Buffer.alloc(bytes);
  const geometry = geometryOf(bytes);
  volume.set(reservedSectors(bytes));
  // The first two entries hold the medium's kind and a mark of a clean volume.
  const begin = new Map([
    [0, 0x0ffffff8],
    [1, END],
    [ROOT_CLUSTER, END],
  ] as const);
  applyWrites(volume, fatWrites(volume, geometry, begin));
  const made = new Set<string>();
  for (const [path, content] of files) {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (!made.has(folder)) applyWrites(volume, addFolder(volume, folder));
      made.add(folder);
    }
    applyWrites(volume, addFile(volume, path, content));
  }
  return volume;
};
