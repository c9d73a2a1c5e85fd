/** Programs of Debian that the image is made with: looked for before any work, all that is missing named at once. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MissingError } from '../commands/options.ts';

/** Program and the Debian package that has it. */
export const TOOLS = {
  'apt-get': 'apt',
  blockdev: 'util-linux',
  cryptsetup: 'cryptsetup-bin',
  debugfs: 'e2fsprogs',
  depmod: 'kmod',
  'dpkg-deb': 'dpkg',
  e2fsck: 'e2fsprogs',
  'mkfs.ext4': 'e2fsprogs',
  mksquashfs: 'squashfs-tools',
  'fsck.vfat': 'dosfstools',
  mdir: 'mtools',
  mke2fs: 'e2fsprogs',
  npm: 'npm',
  'qemu-system-aarch64': 'qemu-system-arm',
  'qemu-system-x86_64': 'qemu-system-x86',
  sbverify: 'sbsigntool',
  setpriv: 'util-linux',
  sfdisk: 'fdisk',
  swtpm: 'swtpm',
  unsquashfs: 'squashfs-tools',
  veritysetup: 'cryptsetup-bin',
  xz: 'xz-utils',
} as const;
export type Tool = keyof typeof TOOLS;

/** Administrators' programs are on no plain user's path. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** Null: not installed. */
export const findTool = (tool: Tool): string | null => {
  for (const place of PLACES) {
    const path = join(place, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next place may have it.
    }
  }
  return null;
};

/** Debian packages of those tools that are not installed, sorted. */
export const missingPackages = (tools: readonly Tool[]): readonly string[] =>
  [
    ...new Set(tools.filter((tool) => findTool(tool) === null).map((tool) => TOOLS[tool])),
  ].sort() as readonly string[];

/** Throws `MissingError` with the one line that installs everything. */
export const requireTools = (tools: readonly Tool[]): void => {
  const packages = missingPackages(tools);
  if (packages.length > 0)
    throw new MissingError(
      `needs programs of Debian that are not here: apt-get install ${packages.join(' ')}`,
    );
};

export class ToolError extends Error {}

type RunOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Enough for a listing; an error's last words are at its end. */
const KEPT_BYTES = 1024 * 1024;

/** Runs to the end, resolves with standard output as text; rejects with `ToolError` and what the tool said. */
export const runTool = (
  tool: Tool,
  args: readonly string[],
  { cwd, env = {} }: RunOptions = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(findTool(tool) ?? tool, args, {
      ...(cwd === undefined ? {} : { cwd }),
      // One language for what is read here, one time zone for what is written into archives.
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    let complained = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-KEPT_BYTES);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained = (complained + text).slice(-KEPT_BYTES);
    });
    child.on('error', (cause) => reject(new ToolError(`${tool} does not start: ${cause.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(told);
      else reject(new ToolError(`${tool} ended with ${code}: ${(complained || told).trim()}`));
    });
  });
