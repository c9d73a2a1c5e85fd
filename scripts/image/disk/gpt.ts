/** The GUID partition table (UEFI Specification 2.10, 5.2 and 5.3), sectors of 512 bytes. Pure and total. */
import { crc32 } from 'node:zlib';
import { err, ok, type Result } from '#hal/result.ts';

export const SECTOR_BYTES = 512;
export const ENTRIES = 128;
const ENTRY_BYTES = 128;
const HEADER_BYTES = 92;
/** Of each copy: entries and header; the protective MBR comes on top of the first. */
export const TABLE_SECTORS = (ENTRIES * ENTRY_BYTES) / SECTOR_BYTES + 1;
/** Of the copy at the end. */
export const BACKUP_BYTES = TABLE_SECTORS * SECTOR_BYTES;
export const FIRST_USABLE = TABLE_SECTORS + 1;

export type GptPartition = {
  /** GUIDs in the usual notation, lower case. */
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly firstSector: number;
  readonly sectors: number;
};

export type Gpt = {
  readonly diskId: string;
  /** Of the whole disk. */
  readonly sectors: number;
  readonly partitions: readonly GptPartition[];
};

/** The first three groups of a GUID are written little end first. */
const guidBytes = (guid: string): Buffer => {
  const plain = Buffer.from(guid.replaceAll('-', ''), 'hex');
  if (plain.length !== 16) throw new Error(`no GUID: ${guid}`);
  plain.subarray(0, 4).reverse();
  plain.subarray(4, 6).reverse();
  plain.subarray(6, 8).reverse();
  return plain;
};

const guidText = (bytes: Buffer): string => {
  const [a, b, c] = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)].map((part) =>
    Buffer.from(part).reverse().toString('hex'),
  );
  return `${a}-${b}-${c}-${bytes.toString('hex', 8, 10)}-${bytes.toString('hex', 10, 16)}`;
};

const entriesOf = ({ partitions }: Gpt): Buffer => {
  const bytes = Buffer.alloc(ENTRIES * ENTRY_BYTES);
  for (const [index, { type, id, name, firstSector, sectors }] of partitions.entries()) {
    const at = index * ENTRY_BYTES;
    bytes.set(guidBytes(type), at);
    bytes.set(guidBytes(id), at + 16);
    bytes.writeBigUInt64LE(BigInt(firstSector), at + 32);
    bytes.writeBigUInt64LE(BigInt(firstSector + sectors - 1), at + 40);
    bytes.write(name, at + 56, 72, 'utf16le');
  }
  return bytes;
};

type Copy = 'primary' | 'backup';

const headerOf = (gpt: Gpt, copy: Copy, entries: Buffer): Buffer => {
  const bytes = Buffer.alloc(SECTOR_BYTES);
  const last = gpt.sectors - 1;
  const [own, other] = copy === 'primary' ? [1, last] : [last, 1];
  const entriesAt = copy === 'primary' ? 2 : gpt.sectors - TABLE_SECTORS;
  bytes.write('EFI PART', 0, 'latin1');
  bytes.writeUInt32LE(0x00010000, 8);
  bytes.writeUInt32LE(HEADER_BYTES, 12);
  bytes.writeBigUInt64LE(BigInt(own), 24);
  bytes.writeBigUInt64LE(BigInt(other), 32);
  bytes.writeBigUInt64LE(BigInt(FIRST_USABLE), 40);
  bytes.writeBigUInt64LE(BigInt(gpt.sectors - TABLE_SECTORS - 1), 48);
  bytes.set(guidBytes(gpt.diskId), 56);
  bytes.writeBigUInt64LE(BigInt(entriesAt), 72);
  bytes.writeUInt32LE(ENTRIES, 80);
  bytes.writeUInt32LE(ENTRY_BYTES, 84);
  bytes.writeUInt32LE(crc32(entries), 88);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES)), 16);
  return bytes;
};

/** One partition of type 0xee over all of it, so that nobody takes the disk for an empty one (5.2.3). */
const protectiveMbr = (sectors: number): Buffer => {
  const bytes = Buffer.alloc(SECTOR_BYTES);
  bytes.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446);
  bytes.writeUInt32LE(1, 454);
  bytes.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 458);
  bytes.writeUInt16LE(0xaa55, 510);
  return bytes;
};

/** Protective MBR, header, entries: from sector 0. */
export const primaryTable = (gpt: Gpt): Buffer => {
  const entries = entriesOf(gpt);
  return Buffer.concat([protectiveMbr(gpt.sectors), headerOf(gpt, 'primary', entries), entries]);
};

/** Entries, header: the last sectors of the disk. */
export const backupTable = (gpt: Gpt): Buffer => {
  const entries = entriesOf(gpt);
  return Buffer.concat([entries, headerOf(gpt, 'backup', entries)]);
};

const partitionAt = (entries: Buffer, index: number): readonly GptPartition[] => {
  const bytes = entries.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
  if (bytes.subarray(0, 16).every((each) => each === 0)) return [];
  const firstSector = Number(bytes.readBigUInt64LE(32));
  return [
    {
      type: guidText(bytes.subarray(0, 16)),
      id: guidText(bytes.subarray(16, 32)),
      name: bytes.toString('utf16le', 56, 128).replace(/\0.*$/s, ''),
      firstSector,
      sectors: Number(bytes.readBigUInt64LE(40)) - firstSector + 1,
    },
  ];
};

/** From header and entries as they lie on the disk, either copy. The error says what is wrong with it. */
const readTable = (header: Buffer, entries: Buffer, copy: Copy): Result<Gpt, string> => {
  if (header.toString('latin1', 0, 8) !== 'EFI PART') return err('is no partition table');
  const plain = Buffer.from(header.subarray(0, HEADER_BYTES));
  plain.writeUInt32LE(0, 16);
  if (header.readUInt32LE(12) !== HEADER_BYTES || crc32(plain) !== header.readUInt32LE(16))
    return err('has a header with a wrong checksum');
  if (header.readUInt32LE(80) !== ENTRIES || header.readUInt32LE(84) !== ENTRY_BYTES)
    return err(`has not ${ENTRIES} entries of ${ENTRY_BYTES} bytes`);
  if (crc32(entries) !== header.readUInt32LE(88)) return err('has entries with a wrong checksum');
  const last = Number(header.readBigUInt64LE(copy === 'primary' ? 32 : 24));
  const partitions = Array.from({ length: ENTRIES }, (_, at) => partitionAt(entries, at)).flat();
  return ok({ diskId: guidText(header.subarray(56, 72)), sectors: last + 1, partitions });
};

/** `start`: at least the first 34 sectors of a disk. */
export const readPrimary = (start: Buffer): Result<Gpt, string> =>
  start.length < FIRST_USABLE * SECTOR_BYTES
    ? err('is cut short')
    : readTable(
        start.subarray(SECTOR_BYTES, 2 * SECTOR_BYTES),
        start.subarray(2 * SECTOR_BYTES, FIRST_USABLE * SECTOR_BYTES),
        'primary',
      );

/** `end`: the last 33 sectors of a disk. */
export const readBackup = (end: Buffer): Result<Gpt, string> =>
  end.length !== TABLE_SECTORS * SECTOR_BYTES
    ? err('is cut short')
    : readTable(
        end.subarray(end.length - SECTOR_BYTES),
        end.subarray(0, end.length - SECTOR_BYTES),
        'backup',
      );
