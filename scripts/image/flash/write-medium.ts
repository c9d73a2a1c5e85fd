/** Writes onto a medium, with progress, and reads back from the medium itself what was written. */
import { truncateSync } from 'node:fs';
import { chunksOf, type Disk, openDisk } from '../disk/disk.ts';
import type { Write } from '../disk/write.ts';
import { runTool } from '../tools.ts';
import type { GivenImage } from './read-image.ts';
import type { Target } from './target.ts';
import { type Stretch, wholePlan, wholeWrites } from './whole-plan.ts';

/** Done and all, in bytes. */
export type OnBytes = (doing: 'writing' | 'reading back', done: number, of: number) => void;

/** The medium did not keep what it was given; the message says where. */
export class MediumError extends Error {}

const ZEROS = Buffer.alloc(1024 * 1024);

type Piece = { readonly offset: number; readonly bytes: Uint8Array };

function* piecesOf(stretches: readonly Stretch[]): Generator<Piece> {
  for (const { offset, content, bytes } of stretches)
    for (const chunk of chunksOf(offset, offset + bytes)) {
      const from = chunk.offset - offset;
      const piece = content?.subarray(from, from + chunk.bytes) ?? ZEROS.subarray(0, chunk.bytes);
      yield { offset: chunk.offset, bytes: piece };
    }
}

const writeAll = (disk: Disk, stretches: readonly Stretch[], onBytes: OnBytes): void => {
  const all = stretches.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { offset, bytes } of piecesOf(stretches)) {
    disk.write(offset, bytes);
    done += bytes.length;
    onBytes('writing', done, all);
  }
  disk.flush();
};

const compareAll = (disk: Disk, stretches: readonly Stretch[], onBytes: OnBytes): void => {
  const all = stretches.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { offset, bytes } of piecesOf(stretches)) {
    if (!disk.read(offset, bytes.length).equals(bytes))
      throw new MediumError(`the medium does not keep what is written: byte ${offset} and after`);
    done += bytes.length;
    onBytes('reading back', done, all);
  }
};

/** What the kernel remembers of a disk is dropped, so that reading asks the disk. */
const forgetBuffers = async ({ kind, path }: Target): Promise<void> => {
  if (kind === 'disk') await runTool('blockdev', ['--flushbufs', path]);
};

const stretchesOf = (writes: readonly Write[]): readonly Stretch[] =>
  writes.map(({ offset, bytes }) => ({ offset, content: bytes, bytes: bytes.length }));

const readBack = async (target: Target, stretches: readonly Stretch[], onBytes: OnBytes) => {
  await forgetBuffers(target);
  const disk = openDisk(target.path, target.bytes, 'read');
  try {
    compareAll(disk, stretches, onBytes);
  } finally {
    disk.close();
  }
};

/** Throws `MediumError`, or what the system says of the medium. */
export const writeWhole = async (
  target: Target,
  image: GivenImage,
  onBytes: OnBytes,
): Promise<void> => {
  const stretches =
    target.kind === 'file'
      ? stretchesOf(wholeWrites(image, target.bytes))
      : wholePlan(image, target.bytes);
  if (target.kind === 'file') {
    // An image file that is cut to nothing and grown again is zero everywhere, and takes no room.
    truncateSync(target.path, 0);
    truncateSync(target.path, target.bytes);
  }
  const disk = openDisk(target.path, target.bytes, 'write');
  try {
    writeAll(disk, stretches, onBytes);
  } finally {
    disk.close();
  }
  await readBack(target, stretches, onBytes);
};

/** Step by step: each is on the medium before the next one begins. */
export const writeUpdate = async (
  target: Target,
  steps: readonly (readonly Write[])[],
  onBytes: OnBytes,
): Promise<void> => {
  const disk = openDisk(target.path, target.bytes, 'write');
  const all = steps.flat().reduce((sum, { bytes }) => sum + bytes.length, 0);
  let done = 0;
  try {
    for (const step of steps) {
      for (const { offset, bytes } of step) {
        disk.write(offset, bytes);
        done += bytes.length;
        onBytes('writing', done, all);
      }
      disk.flush();
    }
  } finally {
    disk.close();
  }
};

/** After an update: places that were written more than once are as the last write left them. */
export const readBackUpdate = (
  target: Target,
  steps: readonly (readonly Write[])[],
  onBytes: OnBytes,
) => readBack(target, stretchesOf(lastOfEach(steps.flat())), onBytes);

const lastOfEach = (writes: readonly Write[]): readonly Write[] => [
  ...new Map(writes.map((each) => [each.offset, each])).values(),
];
