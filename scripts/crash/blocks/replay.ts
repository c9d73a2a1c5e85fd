/** Lays logged writes over a disk's image in memory, and takes its file systems apart without mounting them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { offsetOf, PARTITION_BYTES, PARTITIONS, type Partition } from './disk-image.ts';
import type { Crash } from './states.ts';
import type { LogEntry } from './write-log.ts';

/** Lays the first `bytes` of a write over `disk`. */
export const lay = (disk: Uint8Array, log: Uint8Array, entry: LogEntry, bytes: number): void => {
  if (entry.kind === 'write') disk.set(log.subarray(entry.data, entry.data + bytes), entry.offset);
  if (entry.kind === 'discard') disk.fill(0, entry.offset, entry.offset + bytes);
};

const lengthOf = (entry: LogEntry): number =>
  entry.kind === 'write' || entry.kind === 'discard' ? entry.length : 0;

/** Goes along the log, never back: the disk of each crash is the last one's and some writes more. */
export const makeReplay = (disk: Uint8Array, log: Uint8Array, entries: readonly LogEntry[]) => {
  let laid = 0;
  return (crash: Crash): Uint8Array => {
    if (crash.durable < laid) throw new Error('crashes come in the order of the log');
    for (; laid < crash.durable; laid++) lay(disk, log, entries[laid]!, lengthOf(entries[laid]!));
    const left = disk.slice();
    for (const { entry, bytes } of crash.loose) lay(left, log, entries[entry]!, bytes);
    return left;
  };
};

/** e2fsck(8): 0 nothing to do, 1 mended. */
const CHECKED = [0, 1];

const run = (program: string, words: readonly string[]) =>
  spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });

/** The files of one partition into `into`; null, or what the file system's own check says that it can not mend. */
const takeApart = (disk: Uint8Array, partition: Partition, folder: string): string | null => {
  const image = join(folder, `${partition}.ext4`);
  const from = offsetOf(partition);
  writeFileSync(image, disk.subarray(from, from + PARTITION_BYTES));
  const check = run('e2fsck', ['-fy', image]);
  if (check.status === null || !CHECKED.includes(check.status))
    return `e2fsck of ${partition}: ${check.status}: ${check.stdout}${check.stderr}`;
  const files = join(folder, partition);
  mkdirSync(files);
  const dump = run('debugfs', ['-R', `rdump / ${files}`, image]);
  // It says its name and version there; anything else is a complaint.
  const complaint = dump.stderr.split('\n').slice(1).join(' ').trim();
  return dump.status === 0 && complaint === '' ? null : `debugfs of ${partition}: ${dump.stderr}`;
};

/** All partitions' files below `folder`, as a unit finds them; null, or why not. */
export const unpackDisk = (disk: Uint8Array, folder: string): string | null => {
  for (const partition of PARTITIONS) {
    const trouble = takeApart(disk, partition, folder);
    if (trouble !== null) return trouble;
  }
  return null;
};
