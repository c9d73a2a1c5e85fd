/** A whole disk as writes: the image in slot a, nothing in slot b, the data partition to the disk's end. */
import { BACKUP_BYTES, backupTable, primaryTable, SECTOR_BYTES } from '../disk/gpt.ts';
import { extentOf, layoutOf } from '../disk/layout.ts';
import type { Write } from '../disk/write.ts';
import type { GivenImage } from './read-image.ts';

export type Stretch = {
  readonly offset: number;
  /** Null: zeros. */
  readonly content: Uint8Array | null;
  readonly bytes: number;
};

/** Of a data partition's start and end: what file systems and volume managers know themselves by. */
const ERASED_BYTES = 16 * 1024 * 1024;

/** What is not zero, by place. */
export const wholeWrites = (image: GivenImage, diskBytes: number): readonly Write[] => {
  const gpt = layoutOf(image.arch, diskBytes, { a: image.rootHash, b: null });
  return [
    { offset: 0, bytes: primaryTable(gpt) },
    { offset: extentOf(gpt, 'urna-esp').offset, bytes: image.esp },
    { offset: extentOf(gpt, 'urna-root-a').offset, bytes: image.root },
    { offset: extentOf(gpt, 'urna-verity-a').offset, bytes: image.tree },
    { offset: gpt.sectors * SECTOR_BYTES - BACKUP_BYTES, bytes: backupTable(gpt) },
  ];
};

/**
 * Everything that is written onto a disk with something on it, from its start to its end: the writes and zeros
 * between them. Of the data partition the start and the end alone are erased, so that nothing takes it for what
 * it was; what lies between is left, and the unit makes its own partition over it.
 */
export const wholePlan = (image: GivenImage, diskBytes: number): readonly Stretch[] => {
  const gpt = layoutOf(image.arch, diskBytes, { a: image.rootHash, b: null });
  const data = extentOf(gpt, 'urna-data');
  const spared = {
    from: data.offset + Math.min(ERASED_BYTES, data.bytes),
    to: data.offset + Math.max(Math.min(ERASED_BYTES, data.bytes), data.bytes - ERASED_BYTES),
  };
  const stretches: Stretch[] = [];
  const zeros = (from: number, to: number): void => {
    if (to > from) stretches.push({ offset: from, content: null, bytes: to - from });
  };
  let at = 0;
  for (const { offset, bytes } of wholeWrites(image, diskBytes)) {
    zeros(at, Math.min(offset, Math.max(at, spared.from)));
    zeros(Math.max(at, spared.to), offset);
    stretches.push({ offset, content: bytes, bytes: bytes.length });
    at = offset + bytes.length;
  }
  zeros(at, diskBytes);
  return stretches;
};
