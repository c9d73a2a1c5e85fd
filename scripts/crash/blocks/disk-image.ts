/**
 * The disk of the guest: three partitions, each with an ext4 of its own, for the built-in medium, the memory
 * module and the cells, on one disk, so that one log has the writes of all in their order.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { furnish } from '../real-premises.ts';

const MB = 1024 * 1024;
const FIRST_MB = 1;
const PARTITION_MB = 16;
export const PARTITIONS = ['fixed', 'removable', 'cells'] as const;
export type Partition = (typeof PARTITIONS)[number];

export const DISK_BYTES = (FIRST_MB + PARTITION_MB * PARTITIONS.length + 1) * MB;
export const PARTITION_BYTES = PARTITION_MB * MB;
export const offsetOf = (partition: Partition): number =>
  (FIRST_MB + PARTITION_MB * PARTITIONS.indexOf(partition)) * MB;

/** Partitions `vda1` and on, by GPT (sfdisk of fdisk). */
const table = (): string =>
  [
    'label: gpt',
    ...PARTITIONS.map((name) => `start=${offsetOf(name) / 512}, size=${PARTITION_BYTES / 512}`),
  ].join('\n');

/** Empty media and blank cells, as a unit is delivered. Writes `file`, works in `scratch`. */
export const makeDisk = (file: string, scratch: string): void => {
  const furnished = join(scratch, 'furnished');
  mkdirSync(furnished);
  furnish(furnished);
  writeFileSync(file, '');
  truncateSync(file, DISK_BYTES);
  execFileSync('sfdisk', ['-q', file], { input: table(), stdio: ['pipe', 'pipe', 'pipe'] });
  const disk = openSync(file, 'r+');
  for (const partition of PARTITIONS) {
    const image = join(scratch, `${partition}.ext4`);
    writeFileSync(image, '');
    truncateSync(image, PARTITION_BYTES);
    execFileSync('mkfs.ext4', ['-q', '-d', join(furnished, partition), image], { stdio: 'pipe' });
    writeSync(disk, readFileSync(image), 0, PARTITION_BYTES, offsetOf(partition));
    rmSync(image);
  }
  closeSync(disk);
  rmSync(furnished, { recursive: true });
};
