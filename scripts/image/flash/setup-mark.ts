/**
 * Whether a unit was set up for an election, as far as its disk says so to somebody without its keys. A data
 * partition is marked when it is made, and the mark is taken away when setup begins: whatever else is found
 * counts as set up.
 */
import { BEFORE_SETUP, LABEL } from '#boot/unit/data.ts';

export type SetupMark = 'beforeSetup' | 'setUp';

type Read = (offset: number, bytes: number) => Buffer;

/** LUKS2 On-Disk Format 1.1, 2.1: magic, version, size of the header with its JSON. */
const LUKS_MAGIC = Buffer.from('LUKS\xba\xbe', 'latin1');
const LUKS_HEADER_BYTES = 4096;
/** The largest that the format knows. */
const MAX_LUKS_BYTES = 4 * 1024 * 1024;
const LOOKED_AT_BYTES = 1024 * 1024;
const EXT4_MAGIC = 0xef53;

const hasToken = (header: Buffer, read: Read): boolean => {
  const size = Number(header.readBigUInt64BE(8));
  if (header.readUInt16BE(6) !== 2 || size <= LUKS_HEADER_BYTES || size > MAX_LUKS_BYTES)
    return false;
  const text = read(LUKS_HEADER_BYTES, size - LUKS_HEADER_BYTES)
    .toString('utf8')
    .replace(/\0.*$/s, '');
  try {
    const { tokens } = JSON.parse(text) as {
      readonly tokens?: Readonly<Record<string, { readonly type?: unknown }>>;
    };
    return Object.values(tokens ?? {}).some(({ type }) => type === BEFORE_SETUP);
  } catch {
    return false;
  }
};

/** `read`: from the data partition, which has at least 8 MiB. */
export const setupMarkOf = (read: Read): SetupMark => {
  const start = read(0, LOOKED_AT_BYTES);
  if (start.every((each) => each === 0)) return 'beforeSetup';
  if (start.subarray(0, LUKS_MAGIC.length).equals(LUKS_MAGIC))
    return hasToken(start.subarray(0, LUKS_HEADER_BYTES), read) ? 'beforeSetup' : 'setUp';
  // The super block of ext4 begins at 1024; magic number at 0x38, label at 0x78.
  const label = start.toString('latin1', 1024 + 0x78, 1024 + 0x88).replace(/\0.*$/s, '');
  const isExt4 = start.readUInt16LE(1024 + 0x38) === EXT4_MAGIC;
  return isExt4 && label === LABEL.beforeSetup ? 'beforeSetup' : 'setUp';
};
