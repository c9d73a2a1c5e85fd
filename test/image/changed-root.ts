/**
 * An image whose root was changed by somebody who holds the keys below it: the squashfs and its hash tree are made
 * anew, and the command line names the new root. Only the release itself can still tell.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltImage, squash } from '#scripts/image/build-image.ts';
import { commandLine } from '#scripts/image/command-line.ts';
import { IMAGE_BYTES } from '#scripts/image/disk/layout.ts';
import { runTool } from '#scripts/image/tools.ts';
import { verityOf } from '#scripts/image/verity.ts';
import { diskWrites, writeDisk } from '#scripts/image/write-image.ts';

export type ChangedRoots = {
  /** A file of the image's root, from `/`. */
  readonly read: (path: string) => Buffer;
  /**
   * Lays `files` (content by path) over the image's root and writes the disk to `disk`. The command line starts
   * it; the root is as it was again afterwards.
   */
  readonly make: (
    files: Readonly<Record<string, string | Uint8Array>>,
    disk: string,
  ) => Promise<{ readonly commandLine: string }>;
  /** What starts any of them directly: kernel and initial file system. */
  readonly direct: string;
};

/** Unpacks the root of `built` in `folder`. */
export const openRoot = async (built: BuiltImage, folder: string): Promise<ChangedRoots> => {
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('direct'), { recursive: true });
  writeFileSync(at('direct/kernel'), built.kernel);
  writeFileSync(at('direct/initramfs'), built.initramfs);
  writeFileSync(at('root.squashfs'), built.root);
  await runTool('unsquashfs', ['-no-progress', '-quiet', '-d', at('tree'), at('root.squashfs')]);
  const read = (path: string): Buffer => readFileSync(at(`tree/${path}`));
  return {
    read,
    direct: at('direct'),
    make: async (files, disk) => {
      const before = new Map(Object.keys(files).map((path) => [path, read(path)]));
      for (const [path, content] of Object.entries(files))
        writeFileSync(at(`tree/${path}`), content);
      const root = await squash(at('tree'), at('root.squashfs'));
      for (const [path, content] of before) writeFileSync(at(`tree/${path}`), content);
      const salt = createHash('sha256').update(disk).digest();
      const verity = verityOf(root, salt, salt.subarray(0, 16));
      writeDisk(disk, diskWrites({ ...built, root, verity }, IMAGE_BYTES));
      return { commandLine: commandLine(built.arch, { ...verity, salt }) };
    },
  };
};
