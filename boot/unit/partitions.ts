/** Partitions by their name in the partition table, as the kernel tells it: there is no udev on a unit. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The block device, for example `vda6`; null: none, or several of this name. */
export const findPartition = async (name: string, sysfs: string): Promise<string | null> => {
  const folder = join(sysfs, 'class', 'block');
  const found: string[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    const uevent = await readFile(join(folder, entry, 'uevent'), 'utf8').catch(() => '');
    if (uevent.split('\n').includes(`PARTNAME=${name}`)) found.push(entry);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
};
