/**
 * A Linux of Debian's in QEMU that lets a unit's vault and desk live on a disk whose writes and flushes are
 * logged. The guest's kernel, its ext4 and its block layer stand between; the disk keeps what it is told to
 * flush, and nothing else is sure. It sees this computer's files read-only, for Node and the sources.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../commands/run-tool.ts';
import { missingPackages } from '../../image/tools.ts';
import { startAttached } from '../../qemu/attached-process.ts';
import { PROCESSOR } from '../../qemu/command-line.ts';
import { missingForGuest, openGuestShell, type TinyGuest } from '../../qemu/tiny-guest.ts';
import type { ControlName } from './controls.ts';
import { PARTITIONS } from './disk-image.ts';

export type GuestOptions = {
  readonly guest: TinyGuest;
  /** Sockets stand here. */
  readonly folder: string;
  readonly disk: string;
  /** Where the log of the disk is written; null: none is kept. */
  readonly log: string | null;
  readonly seed: number;
  readonly room: string;
  readonly control: ControlName;
  /** False: the file system asks the disk for no flush. */
  readonly barriers: boolean;
};

const TOOLS = ['sfdisk', 'mkfs.ext4', 'e2fsck', 'debugfs'] as const;

/** What is not here, and how to get it; null: all is. */
export const missingForBlocks = (): string | null => {
  const guest = missingForGuest();
  if (guest !== null) return guest;
  const packages = missingPackages(TOOLS);
  return packages.length === 0 ? null : `apt-get install ${packages.join(' ')}`;
};

/** How people and paper stood when the log was so long. */
export type Told = { readonly room: string; readonly logBytes: number };

export type GuestLife = { readonly end: 'finished' | string; readonly told: readonly Told[] };

const SOCKETS_MS = 30_000;
const LOOK_MS = 20;
const UP_MS = 240_000;
/** Between two steps of a unit, on a busy computer. */
const HANGS_MS = 120_000;

/** Its first sector is written at each flush; and after so many writes, for a guest that asks for none. */
const LOGGED =
  'driver=blklogwrites,node-name=logged,file=disk-file,log=log-file,log-super-update-interval=16';

const words = ({ guest, folder, disk, log }: GuestOptions): readonly string[] => [
  ...['-nodefaults', '-no-user-config', '-machine', 'q35', '-accel', 'tcg', '-cpu', PROCESSOR],
  ...['-m', '640', '-smp', '1', '-display', 'none', '-device', 'virtio-rng-pci'],
  ...['-kernel', guest.kernel, '-initrd', guest.initrd],
  ...['-append', 'console=ttyS0 quiet panic=-1', '-no-reboot'],
  ...['shell', 'room'].flatMap((name) => [
    '-chardev',
    `socket,id=${name},path=${join(folder, name)},server=on,wait=off`,
    '-serial',
    `chardev:${name}`,
  ]),
  ...['-blockdev', `driver=file,filename=${disk},node-name=disk-file`],
  ...(log === null
    ? []
    : [
        ...['-blockdev', `driver=file,filename=${log},node-name=log-file`],
        ...['-blockdev', LOGGED],
      ]),
  '-device',
  `virtio-blk-pci,drive=${log === null ? 'disk-file' : 'logged'},write-cache=on`,
  ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
];

/** QEMU makes its sockets as it starts. */
const standing = async (path: string): Promise<string> => {
  const endMs = performance.now() + SOCKETS_MS;
  while (!existsSync(path)) {
    if (performance.now() > endMs) throw new Error(`no ${path}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return path;
};

/** Lines of a socket, one after the other. */
const linesOf = (socket: Socket) => {
  let rest = '';
  const waiting: ((line: string) => void)[] = [];
  const ready: string[] = [];
  socket.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      const next = waiting.shift();
      if (next === undefined) ready.push(line);
      else next(line);
    }
  });
  return (limitMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const line = ready.shift();
      if (line !== undefined) return resolve(line);
      const late = setTimeout(() => reject(new Error(`no word in ${limitMs} ms`)), limitMs);
      waiting.push((found) => {
        clearTimeout(late);
        resolve(found);
      });
    });
};

/** From the guest's start to the end of the precinct, or of the guest. */
export const liveInGuest = async (options: GuestOptions): Promise<GuestLife> => {
  const { folder, log, seed, room, control, barriers } = options;
  for (const name of ['shell', 'room']) rmSync(join(folder, name), { force: true });
  const qemu = startAttached('qemu-system-x86_64', words(options));
  const told: Told[] = [];
  try {
    const shell = await openGuestShell(await standing(join(folder, 'shell')));
    const socket = createConnection(join(folder, 'room'));
    const next = linesOf(socket);
    const mountOptions = `noatime${barriers ? '' : ',nobarrier'}`;
    const commands = [
      'mkdir -p /host',
      'mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host',
      'mount -t proc proc /host/proc',
      'mount -t tmpfs tmp /host/mnt',
      'mount -o bind /dev /host/dev',
      ...PARTITIONS.flatMap((name, at) => [
        `mkdir -p /host/mnt/${name}`,
        `mount -t ext4 -o ${mountOptions} /dev/vda${at + 1} /host/mnt/${name}`,
      ]),
      'stty -F /dev/ttyS1 raw -echo',
      `(chroot /host ${process.execPath} --disable-warning=ExperimentalWarning ${join(ROOT, 'scripts/crash/blocks/guest-life.ts')} /mnt ${seed} /dev/ttyS1 '${control}' >/dev/ttyS0 2>&1 &)`,
    ];
    for (const command of commands) {
      const said = await shell.run(command);
      if (said !== '') process.stderr.write(`guest: ${command}: ${said}\n`);
    }
    shell.close();
    await next(UP_MS);
    socket.write(`${room}\n`);
    for (;;) {
      const line = await next(HANGS_MS);
      if (line === 'finished' || line.startsWith('failed ')) {
        socket.destroy();
        return { end: line, told };
      }
      told.push({ room: line, logBytes: log === null ? 0 : statSync(log).size });
      socket.write('\n');
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}; QEMU: ${qemu.lastWords()}`);
  } finally {
    await qemu.kill();
  }
};
