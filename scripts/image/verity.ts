/**
 * dm-verity's hash tree, format 1 (Linux, Documentation/admin-guide/device-mapper/verity.rst; on disk as
 * veritysetup writes it): SHA-256 of salt and block, blocks of 4096 bytes, the top level first.
 */
import { createHash } from 'node:crypto';

export const BLOCK_BYTES = 4096;
const DIGEST_BYTES = 32;
const SUPERBLOCK_BYTES = 512;

export type Verity = {
  /** Superblock and tree: what goes into the partition beside the root's. */
  readonly tree: Uint8Array;
  /** 64 hexadecimal digits. */
  readonly rootHash: string;
  readonly blocks: number;
};

const digestsOf = (level: Uint8Array, salt: Uint8Array): Uint8Array => {
  const blocks = level.length / BLOCK_BYTES;
  const bytes = Math.ceil((blocks * DIGEST_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
  const digests = new Uint8Array(bytes);
  for (let at = 0; at < blocks; at += 1) {
    const block = level.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES);
    digests.set(createHash('sha256').update(salt).update(block).digest(), at * DIGEST_BYTES);
  }
  return digests;
};

/** As `veritysetup` expects it; the unit never reads it: what it needs is in its signed command line. */
const superblock = (blocks: number, salt: Uint8Array, uuid: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  bytes.write('verity\0\0', 0, 'latin1');
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(1, 12);
  bytes.set(uuid, 16);
  bytes.write('sha256', 32, 'latin1');
  bytes.writeUInt32LE(BLOCK_BYTES, 64);
  bytes.writeUInt32LE(BLOCK_BYTES, 68);
  bytes.writeBigUInt64LE(BigInt(blocks), 72);
  bytes.writeUInt16LE(salt.length, 80);
  bytes.set(salt, 88);
  if (88 + salt.length > SUPERBLOCK_BYTES) throw new Error('salt too long');
  return bytes;
};

/** `root`: whole blocks, more than one. `uuid`: 16 bytes, of the superblock alone. */
export const verityOf = (root: Uint8Array, salt: Uint8Array, uuid: Uint8Array): Verity => {
  if (root.length % BLOCK_BYTES !== 0 || root.length <= BLOCK_BYTES)
    throw new Error('dm-verity takes whole blocks');
  const levels: Uint8Array[] = [];
  let level = root;
  while (level.length > BLOCK_BYTES) {
    level = digestsOf(level, salt);
    levels.unshift(level);
  }
  const rootHash = createHash('sha256').update(salt).update(level).digest('hex');
  const blocks = root.length / BLOCK_BYTES;
  return { tree: Buffer.concat([superblock(blocks, salt, uuid), ...levels]), rootHash, blocks };
};
