/**
 * The file system of an EFI system partition: FAT32 (Microsoft, FAT32 File System Specification 1.03; UEFI 13.3),
 * made so that a change that counts is one sector: a folder is one cluster, free space is not counted on disk.
 * This file holds the geometry and how a volume is read; any bytes get an answer.
 */
export const SECTOR = 512;
const SECTORS_PER_CLUSTER = 2;
export const CLUSTER = SECTOR * SECTORS_PER_CLUSTER;
const RESERVED_SECTORS = 32;
const FATS = 2;
export const ROOT_CLUSTER = 2;
export const ENTRY = 32;
export const FREE = 0;
/** Ends a chain (values from 0x0ffffff8 on do). */
export const END = 0x0fffffff;
const CLUSTER_MASK = 0x0fffffff;
const VOLUME_ID = 0x75726e61;
const MAX_DEPTH = 4;

export type Geometry = {
  readonly fatSectors: number;
  readonly clusters: number;
  /** In bytes from the volume's start. */
  readonly fatOffset: number;
  readonly dataOffset: number;
};

/** Of the one way in which volumes are made here. */
export const geometryOf = (bytes: number): Geometry => {
  const sectors = bytes / SECTOR;
  const fatSectors = Math.ceil(((sectors / SECTORS_PER_CLUSTER + 2) * 4) / SECTOR);
  const dataSector = RESERVED_SECTORS + FATS * fatSectors;
  return {
    fatSectors,
    clusters: Math.floor((sectors - dataSector) / SECTORS_PER_CLUSTER),
    fatOffset: RESERVED_SECTORS * SECTOR,
    dataOffset: dataSector * SECTOR,
  };
};

export const clusterOffset = ({ dataOffset }: Geometry, cluster: number): number =>
  dataOffset + (cluster - ROOT_CLUSTER) * CLUSTER;

/** Boot sector, its information sector and the copies of both. */
export const reservedSectors = (bytes: number): Buffer => {
  const { fatSectors } = geometryOf(bytes);
  const reserved = Buffer.alloc(RESERVED_SECTORS * SECTOR);
  reserved.set([0xeb, 0x58, 0x90], 0);
  reserved.write('URNA    ', 3, 'latin1');
  reserved.writeUInt16LE(SECTOR, 11);
  reserved.writeUInt8(SECTORS_PER_CLUSTER, 13);
  reserved.writeUInt16LE(RESERVED_SECTORS, 14);
  reserved.writeUInt8(FATS, 16);
  reserved.writeUInt8(0xf8, 21);
  reserved.writeUInt16LE(32, 24);
  reserved.writeUInt16LE(64, 26);
  reserved.writeUInt32LE(bytes / SECTOR, 32);
  reserved.writeUInt32LE(fatSectors, 36);
  reserved.writeUInt32LE(ROOT_CLUSTER, 44);
  reserved.writeUInt16LE(1, 48);
  reserved.writeUInt16LE(6, 50);
  reserved.writeUInt8(0x80, 64);
  reserved.writeUInt8(0x29, 66);
  reserved.writeUInt32LE(VOLUME_ID, 67);
  reserved.write('NO NAME    FAT32   ', 71, 'latin1');
  reserved.writeUInt16LE(0xaa55, 510);
  const information = reserved.subarray(SECTOR, 2 * SECTOR);
  information.writeUInt32LE(0x41615252, 0);
  information.writeUInt32LE(0x61417272, 484);
  // How much is free and where: not known, so that it is never wrong.
  information.writeUInt32LE(0xffffffff, 488);
  information.writeUInt32LE(0xffffffff, 492);
  information.writeUInt32LE(0xaa550000, 508);
  reserved.copyWithin(6 * SECTOR, 0, 2 * SECTOR);
  return reserved;
};

export const fatEntry = (volume: Buffer, { fatOffset }: Geometry, cluster: number): number =>
  volume.readUInt32LE(fatOffset + cluster * 4) & CLUSTER_MASK;

/** The clusters of a chain; null: it leaves the volume or goes in a circle. */
export const chainOf = (
  volume: Buffer,
  geometry: Geometry,
  first: number,
): readonly number[] | null => {
  const chain: number[] = [];
  for (let cluster = first; cluster < 0x0ffffff8; cluster = fatEntry(volume, geometry, cluster)) {
    const inside = cluster >= ROOT_CLUSTER && cluster < geometry.clusters + ROOT_CLUSTER;
    if (!inside || chain.length > geometry.clusters) return null;
    chain.push(cluster);
  }
  return chain;
};

export type FatFile = {
  /** From the root, with `/`; letters as they are written. */
  readonly path: string;
  readonly bytes: number;
  readonly clusters: readonly number[];
  /** Where its entries stand: long name first, in bytes from the volume's start, in one piece each. */
  readonly entries: readonly number[];
};

export type FatTree = {
  readonly files: readonly FatFile[];
  readonly folders: readonly FatFile[];
  /** Entries that were deleted or stand behind the end, and are not empty. */
  readonly remains: readonly number[];
  /** What can not be read as a file system; nothing else is complete then. */
  readonly problems: readonly string[];
};

/** Thirteen letters of UTF-16 in three pieces (long names, section "FAT Long Directory Entries"). */
const longPart = (entry: Buffer): string =>
  Buffer.concat([entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)])
    .toString('utf16le')
    .replace(/\0.*$/s, '');

const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;

const shortName = (entry: Buffer): string => {
  const flags = entry.readUInt8(12);
  const part = (from: number, to: number, lower: number): string => {
    const text = entry.toString('latin1', from, to).trimEnd();
    return (flags & lower) === 0 ? text : text.toLowerCase();
  };
  const extension = part(8, 11, LOWER_EXTENSION);
  return `${part(0, 8, LOWER_BASE)}${extension === '' ? '' : `.${extension}`}`;
};

type Found = {
  readonly files: FatFile[];
  readonly folders: FatFile[];
  readonly remains: number[];
  readonly problems: string[];
};

/** Nothing is told of what was here; 0xe5 marks an entry as free. */
const isEmpty = (entry: Buffer): boolean =>
  (entry[0] === 0 || entry[0] === 0xe5) && entry.subarray(1).every((each) => each === 0);

const readFolder = (
  volume: Buffer,
  geometry: Geometry,
  folder: Pick<FatFile, 'path' | 'clusters'>,
  depth: number,
  found: Found,
): void => {
  let long = '';
  let entries: number[] = [];
  let ended = false;
  for (const cluster of folder.clusters) {
    for (let at = 0; at < CLUSTER; at += ENTRY) {
      const offset = clusterOffset(geometry, cluster) + at;
      const entry = volume.subarray(offset, offset + ENTRY);
      ended ||= entry[0] === 0;
      if (ended || entry[0] === 0xe5) {
        if (!isEmpty(entry)) found.remains.push(offset);
        [long, entries] = ['', []];
        continue;
      }
      const attributes = entry.readUInt8(11);
      entries.push(offset);
      if (attributes === 0x0f) {
        long = longPart(entry) + long;
        continue;
      }
      const name = long === '' ? shortName(entry) : long;
      const own = entries;
      [long, entries] = ['', []];
      if (name === '.' || name === '..') continue;
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      if ((attributes & 0x08) !== 0) {
        found.problems.push(`${path} is a label`);
        continue;
      }
      const first = (entry.readUInt16LE(20) << 16) | entry.readUInt16LE(26);
      const clusters = first === 0 ? [] : chainOf(volume, geometry, first);
      if (clusters === null) {
        found.problems.push(`${path} has no whole chain of clusters`);
        continue;
      }
      const file = { path, bytes: entry.readUInt32LE(28), clusters, entries: own };
      if ((attributes & 0x10) === 0) found.files.push(file);
      else if (depth >= MAX_DEPTH) found.problems.push(`${path} lies too deep`);
      else {
        found.folders.push(file);
        readFolder(volume, geometry, file, depth + 1, found);
      }
    }
  }
};

/** What is in a volume that was made here, whatever firmware and kernel did with it since. */
export const readTree = (volume: Buffer): FatTree => {
  const found: Found = { files: [], folders: [], remains: [], problems: [] };
  const geometry = geometryOf(volume.length);
  const root = chainOf(volume, geometry, ROOT_CLUSTER);
  if (root === null) found.problems.push('the root folder has no whole chain of clusters');
  else readFolder(volume, geometry, { path: '', clusters: root }, 0, found);
  return found;
};

/** A file's content. */
export const contentOf = (volume: Buffer, { bytes, clusters }: FatFile): Buffer => {
  const geometry = geometryOf(volume.length);
  return Buffer.concat(
    clusters.map((cluster) => {
      const at = clusterOffset(geometry, cluster);
      return volume.subarray(at, at + CLUSTER);
    }),
  ).subarray(0, bytes);
};
