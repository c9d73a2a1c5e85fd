/**
 * A disk of ours, read back: its table, what lies in EFI/Linux, which release is in which slot and whether it is
 * whole. Everything is judged by what is signed; a disk that is not ours gets a reason, never an exception.
 */
import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#hal/result.ts';
import type { Disk } from './disk/disk.ts';
import {
  backupTable,
  FIRST_USABLE,
  type Gpt,
  primaryTable,
  readBackup,
  readPrimary,
  SECTOR_BYTES,
  TABLE_SECTORS,
} from './disk/gpt.ts';
import { extentOf, IMAGE_BYTES, idsOfRoot, layoutOf, SLOTS, type Slot } from './disk/layout.ts';
import { readUkiPath, UKI_FOLDER, type UkiName } from './esp.ts';
import { contentOf, type FatFile, readTree } from './fat/volume.ts';
import { certificateOf, isSignedImage } from './uefi/authenticode.ts';
import { detachSignature, isPe } from './uefi/pe.ts';
import { readUki, type UkiFacts } from './uki.ts';
import { BLOCK_BYTES, verityOf } from './verity.ts';

export const readStart = (disk: Disk): Buffer => disk.read(0, FIRST_USABLE * SECTOR_BYTES);
export const readEnd = (disk: Disk): Buffer => {
  const bytes = TABLE_SECTORS * SECTOR_BYTES;
  const sectors = Math.floor(disk.bytes / SECTOR_BYTES);
  return disk.read(sectors * SECTOR_BYTES - bytes, bytes);
};

/** The table as firmware and kernel take it: the first, or the second where the first is no good. */
export const readGpt = (disk: Disk): Result<Gpt, string> => {
  const primary = readPrimary(readStart(disk));
  return primary.ok ? primary : readBackup(readEnd(disk));
};

export type DiskUki = UkiFacts & {
  readonly path: string;
  readonly name: UkiName;
  /** In whose partitions its root is; null: in none. */
  readonly slot: Slot | null;
  /** PEM, of who signed it; null: the signature is not good. */
  readonly signer: string | null;
};

const slotOf = ({ partitions }: Gpt, rootHash: string): Slot | null => {
  const [root, verity] = idsOfRoot(rootHash);
  const idOf = (name: string): string | undefined =>
    partitions.find((each) => each.name === name)?.id;
  return (
    SLOTS.find(
      (slot) => idOf(`urna-root-${slot}`) === root && idOf(`urna-verity-${slot}`) === verity,
    ) ?? null
  );
};

/** PEM of the certificate in a signed image, when its signature is good; says nothing of whom it belongs to. */
export const signerOf = (image: Uint8Array): string | null => {
  const parts = isPe(image) ? detachSignature(image) : null;
  const certificate = parts === null ? null : certificateOf(parts.signature);
  if (parts === null || certificate === null) return null;
  return isSignedImage(parts.unsigned, parts.signature, certificate) ? certificate : null;
};

export const ukisOn = (gpt: Gpt, esp: Buffer): readonly DiskUki[] =>
  readTree(esp).files.flatMap((file: FatFile) => {
    const name = readUkiPath(file.path);
    if (name === null) return [];
    const uki = contentOf(esp, file);
    const facts = readUki(uki);
    if (facts === null) return [];
    const slot = slotOf(gpt, facts.rootHash);
    return [{ ...facts, path: file.path, name, slot, signer: signerOf(uki) }];
  });

/** In the order in which systemd-boot starts them: those that may still be tried, then the higher number. */
export const bootOrder = (ukis: readonly DiskUki[]): readonly DiskUki[] =>
  [...ukis].sort((a, b) => {
    const [spentA, spentB] = [a, b].map(({ name }) => (name.triesLeft === 0 ? 1 : 0));
    return spentA! - spentB! || b.name.number - a.name.number;
  });

/** The root and its tree as they lie in a slot. */
export const rootIn = (disk: Disk, gpt: Gpt, slot: Slot, { blocks }: UkiFacts): Buffer =>
  disk.read(extentOf(gpt, `urna-root-${slot}`).offset, blocks * BLOCK_BYTES);

/** Whether every block of a slot is what the command line of its UKI says. */
export const isSlotWhole = (disk: Disk, gpt: Gpt, slot: Slot, uki: UkiFacts): boolean => {
  const extent = extentOf(gpt, `urna-root-${slot}`);
  if (uki.blocks * BLOCK_BYTES > extent.bytes || uki.blocks < 2) return false;
  const salt = Buffer.from(uki.salt, 'hex');
  const { rootHash, tree } = verityOf(rootIn(disk, gpt, slot, uki), salt, salt.subarray(0, 16));
  if (rootHash !== uki.rootHash) return false;
  const verity = extentOf(gpt, `urna-verity-${slot}`);
  return tree.length <= verity.bytes && disk.read(verity.offset, tree.length).equals(tree);
};

export type OurDisk = {
  readonly gpt: Gpt;
  readonly esp: Buffer;
  readonly ukis: readonly DiskUki[];
};

/** The error says why it is none of ours. */
export const readOurDisk = (disk: Disk): Result<OurDisk, string> => {
  if (disk.bytes < IMAGE_BYTES) return err('it is smaller than the disk of any unit');
  const gpt = readGpt(disk);
  if (!gpt.ok) return err(`its partition table ${gpt.error}`);
  const expected = layoutOf('x64', disk.bytes, { a: null, b: null }).partitions;
  const { partitions } = gpt.value;
  const same =
    partitions.length === expected.length &&
    expected.every(({ name, firstSector, sectors }, at) => {
      const found = partitions[at];
      return found?.name === name && found.firstSector === firstSector && found.sectors === sectors;
    });
  if (!same) return err('it is not laid out as a disk of a unit');
  const { offset, bytes } = extentOf(gpt.value, 'urna-esp');
  const esp = disk.read(offset, bytes);
  const ukis = ukisOn(gpt.value, esp);
  if (ukis.length === 0) return err(`no release stands in ${UKI_FOLDER}`);
  return ok({ gpt: gpt.value, esp, ukis });
};

/** Whether both tables are as they are written for this disk. */
export const areTablesExact = (disk: Disk, gpt: Gpt): boolean =>
  readStart(disk).equals(primaryTable(gpt)) && readEnd(disk).equals(backupTable(gpt));

export const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
