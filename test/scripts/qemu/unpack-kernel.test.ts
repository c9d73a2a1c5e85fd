/** A kernel taken out of its bzImage: by the header, whatever stands around it. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findTool } from '#scripts/image/tools.ts';
import { packedKernelIn, unpackKernel } from '#scripts/qemu/unpack-kernel.ts';

const hasXz = findTool('xz') !== null;
const KERNEL = Buffer.from('\x7fELF and the rest of it', 'latin1');

const pack = (content: Uint8Array): Uint8Array =>
  spawnSync('xz', ['--stdout', '--check=crc32'], { input: content }).stdout;

/** As the kernel's build makes one: boot sector and setup, code that unpacks, what is packed and its size, and more. */
const bzImage = (packed: Uint8Array, sectors = 3): Uint8Array => {
  const setup = Buffer.alloc((sectors + 1) * 512);
  const code = Buffer.alloc(700, 0x90);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(KERNEL.length);
  setup[0x1f1] = sectors;
  setup.write('HdrS', 0x202, 'latin1');
  setup.writeUInt32LE(code.length, 0x248);
  setup.writeUInt32LE(packed.length + size.length, 0x24c);
  return Buffer.concat([setup, code, packed, size, Buffer.alloc(300, 0xcc)]);
};

describe.skipIf(!hasXz)(`a bzImage${hasXz ? '' : ' (skipped: xz is not installed)'}`, () => {
  test('gives the kernel that is packed in it, without what stands behind it', () => {
    expect(unpackKernel(bzImage(pack(KERNEL)))).toEqual(KERNEL);
    expect(unpackKernel(bzImage(pack(KERNEL), 27))).toEqual(KERNEL);
  });

  test('with something else packed in it, or torn, is refused', () => {
    const other = bzImage(pack(Buffer.from('no kernel')));
    expect(() => unpackKernel(other)).toThrow('can not be unpacked: xz gave no kernel');
    const torn = bzImage(pack(KERNEL).subarray(0, 40));
    expect(() => unpackKernel(torn)).toThrow(/can not be unpacked: xz: /);
  });
});

test('without xz it is said why there is no kernel', () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    const image = bzImage(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]));
    expect(() => unpackKernel(image)).toThrow(/can not be unpacked: .*ENOENT/);
  } finally {
    process.env.PATH = path;
  }
});

test('what is no bzImage is refused, at any length', () => {
  const image = bzImage(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2, 3]));
  expect(packedKernelIn(image)).not.toBeNull();
  for (let length = 0; length < image.length - 300; length += 7)
    expect(packedKernelIn(image.subarray(0, length)), String(length)).toBeNull();
  expect(() => unpackKernel(KERNEL)).toThrow('no bzImage');
  expect(() => unpackKernel(bzImage(Buffer.from('another packer')))).toThrow('no bzImage');
});
