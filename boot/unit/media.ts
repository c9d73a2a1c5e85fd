/**
 * What comes and goes on ports of USB: mounted when it is there, where the unit file says, taken away when
 * it is gone. Nothing on it runs, is a device or lends anybody rights.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, type OwnedFolder } from './places.ts';
import type { RunTool } from './run-tool.ts';
import type { MediumMount, Users } from './unit-file.ts';

/** The block device on a port: its first partition, or the whole of it where it has none; null: none is there. */
export const blockOn = (usbPath: string, sysfs: string): string | null => {
  const folder = join(sysfs, 'class', 'block');
  const there = existsSync(folder) ? readdirSync(folder).sort() : [];
  const onPort = there.filter((name) => {
    try {
      return realpathSync(join(folder, name)).includes(`/${usbPath}/${usbPath}:`);
    } catch {
      return false;
    }
  });
  return onPort.find((name) => existsSync(join(folder, name, 'partition'))) ?? onPort[0] ?? null;
};

/** Nothing on it runs, is a device or lends anybody rights. */
export const NO_RIGHTS = 'nosuid,nodev,noexec,noatime';

export const mountOptions = ({ filesystem, owner }: MediumMount, users: Users | null): string => {
  if (filesystem !== 'vfat') return NO_RIGHTS;
  const user = owner === null || users === null ? null : users[owner];
  // It knows no owners, and people pull it out as they like.
  return `${NO_RIGHTS},sync,umask=077${user === null ? '' : `,uid=${user},gid=${user}`}`;
};

export type MediaWatch = {
  /** What is mounted now is what is there now. */
  readonly look: () => Promise<void>;
};

export type MediaOptions = {
  readonly media: readonly MediumMount[];
  readonly folders: readonly OwnedFolder[];
  readonly users: Users | null;
  readonly sysfs: string;
  readonly dev: string;
  readonly run: RunTool;
  readonly say: (text: string) => void;
};

export const watchMedia = ({
  media,
  folders,
  users,
  sysfs,
  dev,
  run,
  say,
}: MediaOptions): MediaWatch => {
  /** By place: the device that is mounted there, or that would not be. */
  const known = new Map<string, { readonly block: string; readonly mounted: boolean }>();
  const settle = async (medium: MediumMount): Promise<void> => {
    const { place, usbPath, filesystem } = medium;
    const block = blockOn(usbPath, sysfs);
    const before = known.get(place);
    if (before?.block === block || (before === undefined && block === null)) return;
    if (before?.mounted === true) await run('umount', ['--lazy', place]);
    known.delete(place);
    if (block === null) return;
    const options = mountOptions(medium, users);
    const mounted = await run('mount', ['-t', filesystem, '-o', options, join(dev, block), place]);
    known.set(place, { block, mounted: mounted.ok });
    say(mounted.ok ? `${place}: mounted` : `${place}: ${mounted.error}`);
    if (mounted.ok && filesystem !== 'vfat')
      for (const folder of folders)
        if (folder.path.startsWith(`${place}/`)) makeFolder(folder, users);
  };
  return {
    look: async () => {
      for (const medium of media) await settle(medium);
    },
  };
};

/** Whether a file system is mounted at a place (proc(5), mountinfo's fifth field). */
export const isMounted = (place: string): boolean =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === place);
