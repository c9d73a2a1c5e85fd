/**
 * The smallest guest that meets a USB device: Debian's own kernel and its modules, and a busybox in the
 * initial file system with a shell on the first serial port. Made when it is wanted; what it needs is looked
 * for and, missing, fetched with apt into a folder of its own. It is no part of a unit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export type TinyGuest = { readonly kernel: string; readonly initrd: string };

/** Fetched packages stay here from one run to the next. */
const CACHE = join(tmpdir(), `urna-tiny-guest-${process.getuid?.() ?? 0}`);
const MODULES = [
  ...['xhci-pci', 'usblp', 'ftdi_sio', 'usbhid', 'hid-generic', 'usb-storage', 'sd_mod'],
  ...['vfat', 'nls_cp437', 'nls_ascii', 'virtio_pci', 'virtio_blk', 'virtio-rng', 'bochs'],
  ...['i6300esb', 'ext4', '9p', '9pnet_virtio'],
] as const;
const TOOLS = ['apt-get', 'dpkg-deb', 'depmod', 'cpio', 'setpriv', 'qemu-system-x86_64', 'mformat'];
const PACKAGES = 'qemu-system-x86 swtpm mtools kmod cpio';

const has = (tool: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;

/** Why the tests can not run here; null: they can. */
export const missingForGuest = (): string | null => {
  const tools = TOOLS.filter((tool) => !has(tool));
  if (tools.length > 0) return `without ${tools.join(', ')}: apt-get install ${PACKAGES}`;
  return null;
};

const packageNamed = (folder: string, pattern: RegExp): string | undefined =>
  readdirSync(folder).find((name) => pattern.test(name));

/** Downloads what is not in the cache yet. Throws apt's own words. */
const fetchPackage = (name: string, pattern: RegExp): string => {
  mkdirSync(CACHE, { recursive: true });
  if (packageNamed(CACHE, pattern) === undefined)
    execFileSync('apt-get', ['-q', 'download', name], { cwd: CACHE, stdio: 'pipe' });
  const found = packageNamed(CACHE, pattern);
  if (found === undefined) throw new Error(`apt-get download ${name} brought nothing`);
  return join(CACHE, found);
};

const kernelPackage = (): string => {
  const words = execFileSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' });
  const name = /Depends: (linux-image-\S+)/.exec(words)?.[1];
  if (name === undefined) throw new Error('apt does not know linux-image-amd64');
  return fetchPackage(name, /^linux-image-.*\.deb$/);
};

/** Files of a module and of those that it needs, in the order in which they are to be loaded. */
const loadOrder = (root: string, version: string): readonly string[] => {
  const words = (module: string): string =>
    execFileSync('modprobe', ['-d', root, '-S', version, '-D', module], { encoding: 'utf8' });
  const files = MODULES.flatMap((module) =>
    [...words(module).matchAll(/^insmod (\S+)/gm)].map(([, path]) => path ?? ''),
  );
  return [...new Set(files)];
};

const SERVE = `exec </dev/ttyS0 >/dev/ttyS0 2>&1
echo "the guest is up"
while read -r line; do eval "$line"; done
`;
/** Goes into the file system on the disk, with busybox; memory is mounted where something is written. */
const ENTER_DISK = `mkdir -p /disk
until [ -b /dev/vda ]; do sleep 0.1; done
mount -t ext4 /dev/vda /disk
for place in run tmp media bin; do mount -t tmpfs tmpfs /disk/$place; done
cp /bin/busybox /disk/bin/
for name in $(busybox --list); do ln -s busybox /disk/bin/$name; done
mount -o move /proc /disk/proc; mount -o move /sys /disk/sys; mount -o move /dev /disk/dev
exec chroot /disk /bin/sh -c '${SERVE}'
`;
const init = (disk: boolean): string => `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox --install -s /bin
export PATH=/bin
while read file; do insmod "$file"; done < /load-order
stty -F /dev/ttyS0 raw -echo
${disk ? ENTER_DISK : SERVE}`;

/**
 * Makes it in `folder`, about ten seconds when its packages are there already. With `disk` the shell is inside the
 * file system of `/dev/vda`.
 */
export const makeTinyGuest = (folder: string, { disk = false } = {}): TinyGuest => {
  const [kernelDeb, busyboxDeb] = [
    kernelPackage(),
    fetchPackage('busybox-static', /^busybox-static.*\.deb$/),
  ];
  const unpacked = join(folder, 'unpacked');
  for (const deb of [kernelDeb, busyboxDeb])
    execFileSync('dpkg-deb', ['-x', deb, unpacked], { stdio: 'pipe' });
  const [version = ''] = readdirSync(join(unpacked, 'lib', 'modules'));
  execFileSync('depmod', ['-b', unpacked, version], { stdio: 'pipe' });
  const root = join(folder, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  cpSync(join(unpacked, 'bin', 'busybox'), join(root, 'bin', 'busybox'));
  symlinkSync('busybox', join(root, 'bin', 'sh'));
  const files = loadOrder(unpacked, version);
  for (const file of files) {
    mkdirSync(join(root, 'modules'), { recursive: true });
    cpSync(file, join(root, 'modules', basename(file)));
  }
  writeFileSync(
    join(root, 'load-order'),
    files.map((file) => `/modules/${basename(file)}\n`).join(''),
  );
  writeFileSync(join(root, 'init'), init(disk));
  chmodSync(join(root, 'init'), 0o755);
  const initrd = join(folder, 'initrd');
  execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet > ${initrd}`], { cwd: root });
  const kernel = join(folder, 'vmlinuz');
  cpSync(join(unpacked, 'boot', `vmlinuz-${version}`), kernel);
  rmSync(unpacked, { recursive: true });
  return { kernel, initrd };
};

export type GuestShell = {
  /** Runs a line in the guest's shell; resolves to what it prints, without what frames it. */
  run(line: string, limitMs?: number): Promise<string>;
  close(): void;
};

const LINE_LIMIT_MS = 30_000;
/** From the kernel's first byte to the shell, on a busy computer. */
const UP_LIMIT_MS = 180_000;

/** The shell at the other end of a serial port's socket; resolves once it answers. */
export const openGuestShell = async (path: string): Promise<GuestShell> => {
  const socket: Socket = createConnection(path);
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let said = '';
  let look = (): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    look();
  });
  const until = (pattern: RegExp, what: string, limitMs: number): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        look = () => undefined;
        reject(new Error(`the guest: no ${what} in ${limitMs} ms; it said ${said.slice(-500)}`));
      }, limitMs);
      look = () => {
        const found = pattern.exec(said);
        if (found === null) return;
        clearTimeout(late);
        look = () => undefined;
        said = said.slice(found.index + found[0].length);
        resolve(found);
      };
      look();
    });
  await until(/the guest is up/, 'shell', UP_LIMIT_MS);
  let lines = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const runOne = async (line: string, limitMs: number): Promise<string> => {
    const mark = `end-of-${++lines}`;
    socket.write(`${line}\necho "${mark.slice(0, 3)}""${mark.slice(3)} $?"\n`);
    const found = await until(new RegExp(`([^]*?)${mark} (\\d+)`), `answer to "${line}"`, limitMs);
    return (found[1] ?? '').trim();
  };
  return {
    run: (line, limitMs = LINE_LIMIT_MS) => {
      const next = turn.then(() => runOne(line, limitMs));
      turn = next.catch(() => undefined);
      return next;
    },
    close: () => socket.destroy(),
  };
};

/** A folder for one suite's files and sockets, short enough for a socket's path. */
export const guestFolder = (): string => mkdtempSync(join(tmpdir(), 'urna-guest-'));
