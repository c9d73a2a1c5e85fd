/**
 * The kernel that a bzImage unpacks when it is started (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel
 * Header"): an ELF file that QEMU starts as it is, by the entry that it names for that (PVH,
 * xen/include/public/arch-x86/hvm/start_info.h). Unpacking it in emulation takes as long as all that it does then
 * before its first program.
 */
import { spawnSync } from 'node:child_process';
import { MissingError } from '../commands/options.ts';

const SECTOR_BYTES = 512;
/** Places in the header: the number of sectors before the part that is packed, and in that part what is packed. */
const AT = { sectors: 0x1f1, magic: 0x202, offset: 0x248, length: 0x24c } as const;
const MAGIC = 'HdrS';
/** The .xz file format, 2.1.1.1. */
const XZ = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
const ELF = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46);
/** Debian's has 66 MB, and takes a second. */
const MAX_BYTES = 256 * 1024 * 1024;
const LIMIT_MS = 60_000;

const beginsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean =>
  beginning.every((byte, at) => bytes[at] === byte);

/** What is packed, and 4 bytes with its size behind it; null: `image` is no bzImage that was packed with xz. */
export const packedKernelIn = (image: Uint8Array): Uint8Array | null => {
  if (image.length < AT.length + 4) return null;
  const header = new DataView(image.buffer, image.byteOffset, image.length);
  if (Buffer.from(image.subarray(AT.magic, AT.magic + 4)).toString('latin1') !== MAGIC) return null;
  // 0 stands for 4, for old boot loaders' sake.
  const sectors = header.getUint8(AT.sectors) || 4;
  const from = (sectors + 1) * SECTOR_BYTES + header.getUint32(AT.offset, true);
  const to = from + header.getUint32(AT.length, true);
  const packed = image.subarray(from, to);
  return to <= image.length && beginsWith(packed, XZ) ? packed : null;
};

/** Throws `MissingError` where that is no kernel of Debian's for x64. */
export const unpackKernel = (image: Uint8Array): Uint8Array => {
  const packed = packedKernelIn(image);
  if (packed === null) throw new MissingError('the kernel is no bzImage that was packed with xz');
  // What stands behind the packed kernel is no part of it.
  const { error, status, stdout, stderr } = spawnSync(
    'xz',
    ['--decompress', '--single-stream', '--stdout'],
    { input: packed, maxBuffer: MAX_BYTES, timeout: LIMIT_MS },
  );
  if (error !== undefined || status !== 0 || !beginsWith(stdout, ELF))
    throw new MissingError(
      `the kernel can not be unpacked: ${error?.message ?? (stderr.toString().trim() || 'xz gave no kernel')}`,
    );
  return stdout;
};
