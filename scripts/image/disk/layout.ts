/**
 * How a unit's disk is laid out: ESP | root-a | verity-a | root-b | verity-b | data. Two slots, each big enough
 * for a release; the partitions of a slot carry the halves of its root hash as their names for the kernel
 * (as the Discoverable Partitions Specification has it), so a signed command line finds its own root.
 */
import type { Arch } from '#boot/release/which-files.ts';
import { FIRST_USABLE, type Gpt, type GptPartition, SECTOR_BYTES, TABLE_SECTORS } from './gpt.ts';

export const MIB = 1024 * 1024;
const sectorsOf = (mib: number): number => (mib * MIB) / SECTOR_BYTES;

export type Slot = 'a' | 'b';
export const SLOTS = ['a', 'b'] as const satisfies readonly Slot[];

export type PartitionName =
  | 'urna-esp'
  | 'urna-root-a'
  | 'urna-verity-a'
  | 'urna-root-b'
  | 'urna-verity-b'
  | 'urna-data';

/** In their order on the disk; the data partition takes the rest. */
const SIZES_MIB = {
  'urna-esp': 128,
  'urna-root-a': 160,
  'urna-verity-a': 4,
  'urna-root-b': 160,
  'urna-verity-b': 4,
} as const satisfies Partial<Record<PartitionName, number>>;

export const ESP_BYTES = SIZES_MIB['urna-esp'] * MIB;
export const ROOT_BYTES = SIZES_MIB['urna-root-a'] * MIB;
export const VERITY_BYTES = SIZES_MIB['urna-verity-a'] * MIB;

/** Of an image; on a medium it reaches to the end. */
const LEAST_DATA_MIB = 64;
/** Everything begins on a whole MiB. */
const START = sectorsOf(1);

/** Bytes of the smallest disk, which is what an image is made as. */
export const IMAGE_BYTES =
  (1 + Object.values(SIZES_MIB).reduce((sum, each) => sum + each, 0) + LEAST_DATA_MIB + 1) * MIB;

const DISK_ID = 'ba110700-0000-4000-8000-0075726e6100';
const IDS = {
  'urna-esp': 'ba110700-0000-4000-8000-0075726e6101',
  'urna-data': 'ba110700-0000-4000-8000-0075726e6106',
} as const;
/** Of a slot in which nothing was written yet. */
const EMPTY_IDS = {
  a: ['ba110700-0000-4000-8000-0075726e6102', 'ba110700-0000-4000-8000-0075726e6103'],
  b: ['ba110700-0000-4000-8000-0075726e6104', 'ba110700-0000-4000-8000-0075726e6105'],
} as const satisfies Record<Slot, readonly [string, string]>;

/** UEFI Specification 5.3.3; Discoverable Partitions Specification. */
const TYPES = {
  esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  data: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  root: {
    x64: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
    arm64: 'b921b045-1df0-41c3-af44-4c6f280d3fae',
  },
  verity: {
    x64: '2c7357ed-ebd2-46d9-aec1-23d437ec2bf5',
    arm64: 'df3300ce-d69f-4c92-978c-9bfb0f38d820',
  },
} as const;

const guidOfHex = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** Names of root and verity partition: the halves of the root hash. */
export const idsOfRoot = (rootHash: string): readonly [root: string, verity: string] => [
  guidOfHex(rootHash.slice(0, 32)),
  guidOfHex(rootHash.slice(32)),
];

/** The root hash of each slot; null: nothing in it. */
export type SlotHashes = Readonly<Record<Slot, string | null>>;

const idsOfSlot = (slot: Slot, hashes: SlotHashes): readonly [string, string] => {
  const hash = hashes[slot];
  return hash === null ? EMPTY_IDS[slot] : idsOfRoot(hash);
};

/** The one partition table of a disk of that size with those slots. Throws when the disk is too small. */
export const layoutOf = (arch: Arch, diskBytes: number, hashes: SlotHashes): Gpt => {
  if (diskBytes < IMAGE_BYTES) throw new Error(`a disk of at least ${IMAGE_BYTES} bytes`);
  const sectors = Math.floor(diskBytes / SECTOR_BYTES);
  const [rootA, verityA] = idsOfSlot('a', hashes);
  const [rootB, verityB] = idsOfSlot('b', hashes);
  const rows: readonly (readonly [PartitionName, string, string])[] = [
    ['urna-esp', TYPES.esp, IDS['urna-esp']],
    ['urna-root-a', TYPES.root[arch], rootA],
    ['urna-verity-a', TYPES.verity[arch], verityA],
    ['urna-root-b', TYPES.root[arch], rootB],
    ['urna-verity-b', TYPES.verity[arch], verityB],
    ['urna-data', TYPES.data, IDS['urna-data']],
  ];
  let next = START;
  const partitions = rows.map(([name, type, id]): GptPartition => {
    const firstSector = next;
    const size =
      name === 'urna-data'
        ? Math.floor((sectors - TABLE_SECTORS - firstSector) / START) * START
        : sectorsOf(SIZES_MIB[name]);
    next += size;
    return { type, id, name, firstSector, sectors: size };
  });
  return { diskId: DISK_ID, sectors, partitions };
};

/** Offset and length in bytes. */
export type Extent = { readonly offset: number; readonly bytes: number };

export const extentOf = ({ partitions }: Gpt, name: PartitionName): Extent => {
  const found = partitions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no partition ${name}`);
  return { offset: found.firstSector * SECTOR_BYTES, bytes: found.sectors * SECTOR_BYTES };
};

/** Bytes before the first partition, after the table. */
export const FIRST_PARTITION_OFFSET = START * SECTOR_BYTES;
export const TABLE_END = FIRST_USABLE * SECTOR_BYTES;
