/**
 * What a technician named as the medium: a whole disk or an image file, and nothing that is in use. A disk that
 * the system runs from is never written, whoever asks.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '#hal/result.ts';
import { IMAGE_BYTES } from '../disk/layout.ts';

export type Target = {
  readonly path: string;
  readonly kind: 'disk' | 'file';
  readonly bytes: number;
  /** As the disk says of itself; a file: its path. */
  readonly name: string;
  /** Its partitions, as the kernel names them, with their sizes. */
  readonly partitions: readonly { readonly name: string; readonly bytes: number }[];
};

/** Where the kernel tells of disks and mounts; tests bring folders of their own. */
export type SystemFiles = { readonly sys: string; readonly proc: string };
const SYSTEM: SystemFiles = { sys: '/sys', proc: '/proc' };
/** Linux counts sizes in these, whatever the disk's own sectors are. */
const SYSFS_SECTOR = 512;

const textIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
};

type Block = { readonly name: string; readonly folder: string; readonly numbers: string };

const blockAt = (folder: string, name: string): Block => ({
  name,
  folder,
  numbers: textIn(join(folder, 'dev')),
});

const partitionsOf = ({ folder }: Block): readonly Block[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'partition')))
    .sort()
    .map((name) => blockAt(join(folder, name), name));

const bytesOf = ({ folder }: Block): number => Number(textIn(join(folder, 'size'))) * SYSFS_SECTOR;

/** Why a disk or a partition of it can not be taken away; null: nobody uses it. */
const useOf = ({ name, folder, numbers }: Block, { proc }: SystemFiles): string | null => {
  for (const line of textIn(join(proc, 'self/mountinfo')).split('\n')) {
    const fields = line.split(' ');
    // Some file systems (btrfs) have numbers of their own, and name their disk after the dash.
    const source = fields[fields.indexOf('-') + 2] ?? '';
    if (fields[2] === numbers || source === `/dev/${name}`)
      return fields[4] === '/'
        ? `${name} is what this computer runs from`
        : `${name} is mounted at ${fields[4]}`;
  }
  const swaps = textIn(join(proc, 'swaps')).split('\n');
  if (swaps.some((line) => line.split(/\s/)[0] === `/dev/${name}`)) return `${name} is swapped to`;
  const holders = existsSync(join(folder, 'holders')) ? readdirSync(join(folder, 'holders')) : [];
  return holders.length === 0 ? null : `${name} is used by ${holders.join(', ')}`;
};

const nameOf = ({ folder }: Block): string =>
  ['vendor', 'model', 'name', 'serial']
    .map((each) => textIn(join(folder, 'device', each)))
    .filter((each) => each !== '')
    .join(' ') || 'a disk that does not say what it is';

/** What the kernel says of a block device. */
export const diskTarget = (path: string, system: SystemFiles): Result<Target, string> => {
  const name = basename(realpathSync(path));
  const folder = join(system.sys, 'class/block', name);
  if (!existsSync(folder)) return err('the kernel knows no such disk');
  if (existsSync(join(folder, 'partition'))) return err('is a partition: name the whole disk');
  const whole = blockAt(folder, name);
  if (textIn(join(folder, 'ro')) === '1') return err('is write-protected');
  const partitions = partitionsOf(whole);
  for (const each of [whole, ...partitions]) {
    const use = useOf(each, system);
    if (use !== null) return err(use);
  }
  return ok({
    ...{ path, kind: 'disk', bytes: bytesOf(whole), name: nameOf(whole) },
    partitions: partitions.map((each) => ({ name: each.name, bytes: bytesOf(each) })),
  });
};

const isLooped = (path: string, { sys }: SystemFiles): boolean => {
  const blocks = join(sys, 'class/block');
  return (existsSync(blocks) ? readdirSync(blocks) : []).some(
    (name) => textIn(join(blocks, name, 'loop/backing_file')) === realpathSync(path),
  );
};

const fitting = (target: Target): Result<Target, string> =>
  target.bytes < IMAGE_BYTES
    ? err(`has ${target.bytes} bytes, and a unit needs ${IMAGE_BYTES} at least`)
    : ok(target);

/** The error is a reason that reads behind the medium's name. */
export const findTarget = (path: string, system: SystemFiles = SYSTEM): Result<Target, string> => {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return err('is not there');
  if (status.isBlockDevice()) {
    const found = diskTarget(path, system);
    return found.ok ? fitting(found.value) : found;
  }
  if (!status.isFile()) return err('is neither a disk nor an image file');
  if (isLooped(path, system)) return err('is in use as a loop device');
  return fitting({
    path,
    kind: 'file',
    bytes: status.size,
    name: realpathSync(path),
    partitions: [],
  });
};

/** How big a medium is that is only read. */
export const mediumBytes = (
  path: string,
  { sys }: SystemFiles = SYSTEM,
): Result<number, string> => {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return err('is not there');
  if (status.isFile()) return ok(status.size);
  if (!status.isBlockDevice()) return err('is neither a disk nor an image file');
  const name = basename(realpathSync(path));
  const folder = join(sys, 'class/block', name);
  if (!existsSync(folder)) return err('the kernel knows no such disk');
  if (existsSync(join(folder, 'partition'))) return err('is a partition: name the whole disk');
  return ok(bytesOf(blockAt(folder, name)));
};
