/** An image as it was built, found whole before a byte of it goes anywhere. */
import { statSync } from 'node:fs';
import { err, ok, type Result } from '#hal/result.ts';
import { openDisk } from '../disk/disk.ts';
import { extentOf } from '../disk/layout.ts';
import { BOOT_PATH } from '../esp.ts';
import { contentOf, readTree } from '../fat/volume.ts';
import { isSlotWhole, readOurDisk, rootIn, signerOf } from '../read-disk.ts';
import { verityOf } from '../verity.ts';
import type { Release } from './update-plan.ts';

export type GivenImage = Release & {
  /** The whole file system of its EFI system partition. */
  readonly esp: Uint8Array;
  /** Bytes of the signed systemd-boot. */
  readonly boot: Uint8Array;
};

/** The error says what is wrong with the file. Signatures are good; whose they are is the caller's question. */
export const readImage = (path: string): Result<GivenImage, string> => {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return err('is no file');
  const disk = openDisk(path, status.size, 'read');
  try {
    const ours = readOurDisk(disk);
    if (!ours.ok) return err(`is no image of a unit: ${ours.error}`);
    const { gpt, esp, ukis } = ours.value;
    const [only] = ukis;
    if (ukis.length !== 1 || only === undefined || only.slot !== 'a')
      return err(
        'holds not one release: it was flashed or updated, and is no image as it was built',
      );
    if (only.signer === null) return err('has a release whose signature is not good');
    if (!isSlotWhole(disk, gpt, only.slot, only))
      return err('is damaged: its root is not as it was signed');
    const { files } = readTree(esp);
    const fileAt = (path_: string): Uint8Array | null => {
      const file = files.find((each) => each.path === path_);
      return file === undefined ? null : contentOf(esp, file);
    };
    const boot = fileAt(BOOT_PATH[only.arch]);
    if (boot === null || signerOf(boot) !== only.signer)
      return err('has a boot loader that is not signed by whoever signed the release');
    const root = rootIn(disk, gpt, only.slot, only);
    const salt = Buffer.from(only.salt, 'hex');
    const { tree } = verityOf(root, salt, salt.subarray(0, 16));
    const { offset, bytes } = extentOf(gpt, 'urna-esp');
    const { version, rollbackIndex, arch, rootHash, blocks, signer } = only;
    return ok({
      ...{ version, rollbackIndex, arch, rootHash, blocks, signer, salt: only.salt },
      ...{ root, tree, boot, uki: fileAt(only.path)!, esp: disk.read(offset, bytes) },
    });
  } finally {
    disk.close();
  }
};
