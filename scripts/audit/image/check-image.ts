/**
 * Whether a medium is a given release and nothing else: every byte of it that is not the unit's own data is
 * compared with the image, or must be zero.
 */
import { chunksOf, type Disk, firstNotZero } from '../../image/disk/disk.ts';
import {
  backupTable,
  type Gpt,
  primaryTable,
  readBackup,
  readPrimary,
  SECTOR_BYTES,
  TABLE_SECTORS,
} from '../../image/disk/gpt.ts';
import {
  extentOf,
  IMAGE_BYTES,
  layoutOf,
  SLOTS,
  type Slot,
  TABLE_END,
} from '../../image/disk/layout.ts';
import type { GivenImage } from '../../image/flash/read-image.ts';
import { bootOrder, readEnd, readStart, ukisOn } from '../../image/read-disk.ts';
import type { Finding } from '../finding.ts';
import { type Phrase, says } from '../words/phrase.ts';
import { checkEsp } from './check-esp.ts';

export const IMAGE_CODES = {
  table: ['image.table'],
  partitions: ['image.partitionMissing', 'image.partitionExtra', 'image.partitionMoved'],
  files: ['image.fileMissing', 'image.fileChanged', 'image.fileExtra', 'image.fileSystem'],
  release: ['image.root', 'image.absent'],
  other: ['image.otherSlot'],
  started: ['image.notStarted'],
  slack: ['image.slack'],
  gaps: ['image.gap'],
} as const;
type Code = (typeof IMAGE_CODES)[keyof typeof IMAGE_CODES][number];
export type Find = (code: Code, subject: string, message: Phrase) => void;

export type ImageAudit = {
  readonly findings: readonly Finding[];
  /** Where the release is; null: on neither. */
  readonly slot: Slot | null;
  readonly partitions: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly what: Phrase;
  }[];
  readonly files: number;
  /** Compared or found to be zero. */
  readonly bytesCompared: number;
  readonly data: Phrase;
};

/** What a data partition says of itself: told, never judged. */
const dataKind = (disk: Disk, gpt: Gpt): Phrase => {
  const start = disk.read(extentOf(gpt, 'urna-data').offset, 4_096);
  if (start.toString('latin1', 0, 6) === 'LUKS\xba\xbe') return says('image.data.luks');
  if (start.readUInt16LE(1024 + 0x38) === 0xef53) return says('image.data.ext4');
  return says(start.every((each) => each === 0) ? 'image.data.empty' : 'image.data.unknown');
};

const checkTables = (disk: Disk, find: Find): Gpt | null => {
  const primary = readPrimary(readStart(disk));
  const backup = readBackup(readEnd(disk));
  if (!primary.ok) find('image.table', 'at the start', says('image.tableUnread'));
  if (!backup.ok) find('image.table', 'at the end', says('image.tableUnread'));
  if (primary.ok) return primary.value;
  return backup.ok ? backup.value : null;
};

const checkPartitions = (found: Gpt, expected: Gpt, find: Find): boolean => {
  let usable = true;
  for (const { name, firstSector, sectors } of expected.partitions) {
    const own = found.partitions.find((each) => each.name === name);
    if (own === undefined) find('image.partitionMissing', name, says('image.partitionMissing'));
    else if (own.firstSector !== firstSector || own.sectors !== sectors)
      find(
        'image.partitionMoved',
        name,
        says('image.partitionMoved', {
          at: own.firstSector,
          sectors: own.sectors,
          wantedAt: firstSector,
          wanted: sectors,
        }),
      );
    else continue;
    usable = false;
  }
  const names = expected.partitions.map(({ name }) => name);
  for (const [at, { name, firstSector, sectors }] of found.partitions.entries())
    if (!names.includes(name) || found.partitions.findIndex((each) => each.name === name) !== at)
      find(
        'image.partitionExtra',
        name === '' ? `number ${at + 1}` : name,
        says('image.partitionExtra', { sectors, at: firstSector }),
      );
  return usable;
};

const compare = (disk: Disk, offset: number, content: Uint8Array): number | null => {
  for (const chunk of chunksOf(offset, offset + content.length)) {
    const from = chunk.offset - offset;
    const own = disk.read(chunk.offset, chunk.bytes);
    const given = content.subarray(from, from + chunk.bytes);
    if (!own.equals(given)) return chunk.offset + own.findIndex((each, at) => each !== given[at]);
  }
  return null;
};

const checkSlot = (
  disk: Disk,
  gpt: Gpt,
  slot: Slot,
  image: GivenImage | null,
  find: Find,
): void => {
  const parts = [
    [`urna-root-${slot}`, image?.root ?? new Uint8Array()],
    [`urna-verity-${slot}`, image?.tree ?? new Uint8Array()],
  ] as const;
  for (const [name, content] of parts) {
    const { offset, bytes } = extentOf(gpt, name);
    const wrong = compare(disk, offset, content);
    if (wrong !== null) find('image.root', name, says('image.root', { byte: wrong - offset }));
    const behind = firstNotZero(disk, offset + content.length, offset + bytes);
    if (behind === null) continue;
    if (image === null) find('image.otherSlot', name, says('image.otherSlot'));
    else find('image.slack', name, says('image.slackSlot', { byte: behind - offset }));
  }
};

/** Between the tables and the partitions, and behind the last one. */
const checkGaps = (disk: Disk, gpt: Gpt, find: Find): void => {
  const bounds = gpt.partitions.map(({ firstSector, sectors }) => [
    firstSector * SECTOR_BYTES,
    (firstSector + sectors) * SECTOR_BYTES,
  ]);
  const backup = (gpt.sectors - TABLE_SECTORS) * SECTOR_BYTES;
  let at = TABLE_END;
  for (const [from, to] of [
    ...bounds,
    [backup, backup + TABLE_SECTORS * SECTOR_BYTES],
    [disk.bytes, disk.bytes],
  ]) {
    const wrong = firstNotZero(disk, at, from!);
    if (wrong !== null) find('image.gap', `byte ${wrong}`, says('image.gap'));
    at = to!;
  }
};

const byIds = (gpt: Gpt, image: GivenImage, bytes: number): Slot | null =>
  SLOTS.find((slot) => {
    const hashes = slot === 'a' ? { a: image.rootHash, b: null } : { a: null, b: image.rootHash };
    const name = `urna-root-${slot}`;
    const idOf = (table: Gpt): string | undefined =>
      table.partitions.find((each) => each.name === name)?.id;
    return idOf(gpt) === idOf(layoutOf(image.arch, bytes, hashes));
  }) ?? null;

const slotsOf = (gpt: Gpt, image: GivenImage, other: GivenImage | null, bytes: number) => {
  const [own, others] = [
    byIds(gpt, image, bytes),
    other === null ? null : byIds(gpt, other, bytes),
  ];
  const holds = (slot: Slot): GivenImage | null =>
    own === slot ? image : others === slot ? other : null;
  return { own, others, a: holds('a'), b: holds('b') };
};

/** `other`: the release that the slot which is not started holds; null: it must be empty. */
export const auditImage = (disk: Disk, image: GivenImage, other: GivenImage | null): ImageAudit => {
  const findings: Finding[] = [];
  const find: Find = (code, subject, message) => void findings.push({ code, subject, message });
  const nothing = {
    findings,
    slot: null,
    partitions: [],
    files: 0,
    bytesCompared: 0,
    data: says('image.data.notFound'),
  };
  if (disk.bytes < IMAGE_BYTES) {
    find('image.table', 'the medium', says('image.tooSmall', { bytes: disk.bytes }));
    return nothing;
  }
  const gpt = checkTables(disk, find);
  if (gpt === null) return nothing;
  const plain = layoutOf(image.arch, disk.bytes, { a: null, b: null });
  if (!checkPartitions(gpt, plain, find)) return nothing;
  const slots = slotsOf(gpt, image, other, disk.bytes);
  if (slots.own === null) find('image.absent', 'the slots', says('image.absent'));
  if (other !== null && slots.others === null)
    find('image.absent', 'the slots', says('image.absentOther'));
  const hashes = { a: slots.a?.rootHash ?? null, b: slots.b?.rootHash ?? null };
  const exact = layoutOf(image.arch, disk.bytes, hashes);
  if (!readStart(disk).equals(primaryTable(exact)))
    find('image.table', 'at the start', says('image.tableInexact'));
  if (!readEnd(disk).equals(backupTable(exact)))
    find('image.table', 'at the end', says('image.tableInexact'));
  const espExtent = extentOf(plain, 'urna-esp');
  const esp = disk.read(espExtent.offset, espExtent.bytes);
  const files = checkEsp(esp, image, other === null ? [image.uki] : [image.uki, other.uki], find);
  for (const slot of SLOTS) checkSlot(disk, plain, slot, slots[slot], find);
  checkGaps(disk, plain, find);
  const [first] = bootOrder(ukisOn(gpt, esp));
  if (first === undefined || first.rootHash !== image.rootHash)
    find('image.notStarted', first?.path ?? 'EFI/Linux', says('image.notStarted'));
  const what = (name: string): Phrase => {
    if (name === 'urna-data') return dataKind(disk, plain);
    const held = name.endsWith('-a') ? slots.a : name.endsWith('-b') ? slots.b : image;
    return held === null ? says('image.empty') : says('image.held', { version: held.version });
  };
  const partitions = plain.partitions.map(({ name, sectors }) => ({
    name,
    bytes: sectors * SECTOR_BYTES,
    what: what(name),
  }));
  const data = extentOf(plain, 'urna-data').bytes;
  return {
    findings,
    slot: slots.own,
    partitions,
    files,
    bytesCompared: disk.bytes - data,
    data: dataKind(disk, plain),
  };
};
