/**
 * What is in a virtual unit: an image as `urna image` builds it, flashed onto a disk of the unit's own. It starts
 * directly, with kernel, initial file system and command line that stand beside the image: the same bytes
 * that its boot loader would start, the kernel unpacked.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError } from '../commands/options.ts';
import { runTool } from '../commands/run-tool.ts';
import { signedReleaseIn } from '../image/signatures.ts';
import { unpackKernel } from './unpack-kernel.ts';
import type { VirtualContent } from './virtual-unit.ts';

/** The disk of the reference board. */
const DISK_SIZE = '8G';
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const DIRECT = { kernel: 'kernel', initrd: 'initramfs', append: 'command-line' } as const;

/** Throws `MissingError` where the image, or what it starts with, is not there. */
export const requireImage = (image: string): void => {
  const folder = dirname(image);
  const parts = [
    image,
    join(folder, 'signatures'),
    ...Object.values(DIRECT).map((name) => join(folder, 'direct', name)),
  ];
  const missing = parts.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new MissingError(`no ${missing}; scripts/urna image --out ${folder} builds it`);
};

/** Flashes `image` onto a disk in `folder`, unless the unit's disk is there already. */
export const contentOfImage =
  (image: string) =>
  async (folder: string): Promise<VirtualContent> => {
    const direct = (name: keyof typeof DIRECT): string =>
      join(dirname(image), 'direct', DIRECT[name]);
    const disk = join(folder, 'disk.img');
    if (!existsSync(disk)) {
      const code = await runTool(
        process.execPath,
        [MAIN, 'flash', image, disk, '--size', DISK_SIZE, '--yes'],
        process.stderr,
      );
      if (code !== 0) throw new MissingError(`${image} could not be flashed onto ${disk}`);
    }
    const kernel = join(folder, 'kernel');
    writeFileSync(kernel, unpackKernel(readFileSync(direct('kernel'))));
    return {
      release: signedReleaseIn(join(dirname(image), 'signatures')),
      boot: {
        kind: 'unpacked',
        kernel,
        initrd: direct('initrd'),
        initrdBytes: statSync(direct('initrd')).size,
        append: readFileSync(direct('append'), 'utf8').trim(),
      },
      disk: { id: 'fixed', file: disk, serial: 'URNA-FIXED' },
    };
  };
