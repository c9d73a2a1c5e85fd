/** A small image with everything in it that a real one has but the programs: for tests of what handles images. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import type { BuiltImage } from '#scripts/image/build-image.ts';
import { commandLine } from '#scripts/image/command-line.ts';
import { IMAGE_BYTES } from '#scripts/image/disk/layout.ts';
import { makeTestSigner } from '#scripts/image/test-keys.ts';
import { type ImageSigner, signImage } from '#scripts/image/uefi/authenticode.ts';
import { withSections } from '#scripts/image/uefi/pe.ts';
import { makeUki } from '#scripts/image/uki.ts';
import { verityOf } from '#scripts/image/verity.ts';
import { diskWrites } from '#scripts/image/write-image.ts';

/** The least that is a 64-bit UEFI program: headers with one empty section, and room for more. */
export const tinyProgram = (fill: number): Buffer => {
  const bytes = Buffer.alloc(0x400 + 0x200, 0);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40, 'latin1');
  bytes.writeUInt16LE(0x8664, 0x44);
  bytes.writeUInt16LE(1, 0x46);
  bytes.writeUInt32LE(0x5f000000, 0x48);
  bytes.writeUInt16LE(240, 0x54);
  const optional = 0x58;
  bytes.writeUInt16LE(0x20b, optional);
  bytes.writeUInt32LE(0x1000, optional + 32);
  bytes.writeUInt32LE(0x200, optional + 36);
  bytes.writeUInt32LE(0x2000, optional + 56);
  bytes.writeUInt32LE(0x400, optional + 60);
  bytes.writeUInt32LE(16, optional + 108);
  const section = optional + 240;
  bytes.write('.text', section, 'latin1');
  bytes.writeUInt32LE(0x200, section + 8);
  bytes.writeUInt32LE(0x1000, section + 12);
  bytes.writeUInt32LE(0x200, section + 16);
  bytes.writeUInt32LE(0x400, section + 20);
  bytes.fill(fill, 0x400);
  return bytes;
};

export type TinyRelease = {
  readonly version: string;
  readonly rollbackIndex: number;
  readonly signer: ImageSigner;
  /** Of the root, in blocks of 4096 bytes; default 20. */
  readonly blocks?: number;
};

const noise = (seed: string, bytes: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(bytes / 32) }, (_, at) =>
      createHash('sha256').update(`${seed} ${at}`).digest(),
    ),
  ).subarray(0, bytes);

export const tinyImage = ({
  version,
  rollbackIndex,
  signer,
  blocks = 20,
}: TinyRelease): BuiltImage => {
  const root = noise(`root ${version}`, blocks * 4096);
  const salt = createHash('sha256').update(version).digest();
  const verity = verityOf(root, salt, salt.subarray(0, 16));
  const line = commandLine('x64', { ...verity, salt });
  const [kernel, initramfs] = [noise('kernel', 9_001), noise(`start ${version}`, 5_000)];
  const parts = { stub: tinyProgram(7), kernel, initramfs, commandLine: line };
  const uki = makeUki({ ...parts, version, rollbackIndex, arch: 'x64' });
  const boot = withSections(tinyProgram(9), []);
  return {
    ...{ arch: 'x64', version, rollbackIndex, release: '00'.repeat(32) },
    ...{ signedManifest: Buffer.from('manifest'), root, verity, kernel, initramfs },
    ...{ commandLine: line, uki, boot },
    ukiSignature: signImage(uki, signer),
    bootSignature: signImage(boot, signer),
  };
};

/** As a file with holes, as big as an image is. */
export const writeTinyImage = (file: string, image: BuiltImage): void => {
  const disk = openSync(file, 'w');
  for (const { offset, bytes } of diskWrites(image, IMAGE_BYTES))
    writeSync(disk, bytes, 0, bytes.length, offset);
  closeSync(disk);
  truncateSync(file, IMAGE_BYTES);
};

let made: ImageSigner | null = null;
/** One key for a test file: making one takes long. */
export const testSigner = (): ImageSigner => {
  made ??= makeTestSigner();
  return made;
};
