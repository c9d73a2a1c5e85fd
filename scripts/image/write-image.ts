/** An image as files: the disk, the same compressed, what QEMU starts without a disk's help, and the signatures. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants, createZstdCompress } from 'node:zlib';
import { type BuiltImage, signedBoot, signedUki } from './build-image.ts';
import { backupTable, primaryTable } from './disk/gpt.ts';
import { extentOf, IMAGE_BYTES, layoutOf } from './disk/layout.ts';
import type { Write } from './disk/write.ts';
import { makeEsp } from './esp.ts';
import { SIGNATURE_FILES, type Signatures } from './signatures.ts';

export const imageName = (arch: string): string => `urna-${arch}.img`;

/** Everything on a freshly flashed disk that is not zero. */
export const diskWrites = (built: BuiltImage, diskBytes: number): readonly Write[] => {
  const { arch, root, verity } = built;
  const gpt = layoutOf(arch, diskBytes, { a: verity.rootHash, b: null });
  const backup = backupTable(gpt);
  return [
    { offset: 0, bytes: primaryTable(gpt) },
    {
      offset: extentOf(gpt, 'urna-esp').offset,
      bytes: makeEsp(arch, signedBoot(built), signedUki(built)),
    },
    { offset: extentOf(gpt, 'urna-root-a').offset, bytes: root },
    { offset: extentOf(gpt, 'urna-verity-a').offset, bytes: verity.tree },
    { offset: gpt.sectors * 512 - backup.length, bytes: backup },
  ];
};

const ZEROS = Buffer.alloc(1024 * 1024);

/** The whole disk, piece by piece, zeros too. */
function* piecesOf(writes: readonly Write[], diskBytes: number): Generator<Uint8Array> {
  let at = 0;
  const zerosTo = function* (end: number): Generator<Uint8Array> {
    for (; at < end; at += Math.min(ZEROS.length, end - at))
      yield ZEROS.subarray(0, Math.min(ZEROS.length, end - at));
  };
  for (const { offset, bytes } of writes) {
    yield* zerosTo(offset);
    yield bytes;
    at = offset + bytes.length;
  }
  yield* zerosTo(diskBytes);
}

/** Fast, and zeros weigh nothing. */
const ZSTD_LEVEL = 6;

const digestAndSize = async (
  writes: readonly Write[],
  compressedFile: string,
): Promise<{ readonly sha256: string; readonly compressedBytes: number }> => {
  const hash = createHash('sha256');
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
  });
  const file = openSync(compressedFile, 'w');
  let compressedBytes = 0;
  const feeding = (async () => {
    for (const piece of piecesOf(writes, IMAGE_BYTES)) {
      hash.update(piece);
      if (!compress.write(piece)) await new Promise((resolve) => compress.once('drain', resolve));
    }
    compress.end();
  })();
  for await (const chunk of compress) {
    compressedBytes += (chunk as Buffer).length;
    writeSync(file, chunk as Buffer);
  }
  await feeding;
  closeSync(file);
  return { sha256: hash.digest('hex'), compressedBytes };
};

/** The disk as a file, `IMAGE_BYTES` long. */
export const writeDisk = (file: string, writes: readonly Write[]): void => {
  const disk = openSync(file, 'w');
  for (const { offset, bytes } of writes) writeSync(disk, bytes, 0, bytes.length, offset);
  closeSync(disk);
  // What is between is zero, and takes no room.
  truncateSync(file, IMAGE_BYTES);
};

export type WrittenImage = {
  readonly image: string;
  readonly sha256: string;
  readonly compressedBytes: number;
  readonly diskBytes: number;
};

/** Each file appears whole or not at all; the image itself comes last. */
export const writeImage = async (
  out: string,
  built: BuiltImage,
  { releaseKey, certificatePem }: Signatures,
): Promise<WrittenImage> => {
  const { arch, kernel, initramfs, commandLine: line } = built;
  for (const each of ['direct', 'signatures']) mkdirSync(join(out, each), { recursive: true });
  const put = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(out, name), content);
  put('direct/kernel', kernel);
  put('direct/initramfs', initramfs);
  put('direct/command-line', `${line}\n`);
  put(`signatures/${SIGNATURE_FILES.manifest}`, built.signedManifest);
  put(`signatures/${SIGNATURE_FILES.releaseKey}`, `${releaseKey}\n`);
  put(`signatures/${SIGNATURE_FILES.certificate}`, certificatePem);
  put(`signatures/${SIGNATURE_FILES.uki}`, built.ukiSignature);
  put(`signatures/${SIGNATURE_FILES.boot}`, built.bootSignature);
  const writes = diskWrites(built, IMAGE_BYTES);
  const image = join(out, imageName(arch));
  const { sha256, compressedBytes } = await digestAndSize(writes, `${image}.zst.part`);
  writeDisk(`${image}.part`, writes);
  renameSync(`${image}.zst.part`, `${image}.zst`);
  renameSync(`${image}.part`, image);
  return { image, sha256, compressedBytes, diskBytes: IMAGE_BYTES };
};
