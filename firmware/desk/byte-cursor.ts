/**
 * Length-prefixed bytes, big-endian, bounds-checked: what pollbook and desk file are written in. A
 * reader never runs past the end: it answers null, and the caller says what is malformed.
 */
export type ByteWriter = {
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  /** Raw bytes, no length. */
  raw(bytes: Uint8Array): void;
  /** u16 length, then the bytes. At most 65,535 bytes. */
  bytes16(bytes: Uint8Array): void;
  /** u16 length, then UTF-8. */
  text16(text: string): void;
  finish(): Uint8Array;
};

const UTF8 = new TextEncoder();
const U16_LIMIT = 0xffff;
const U32_LIMIT = 0xffff_ffff;

const whole = (value: number, limit: number): number => {
  if (!Number.isInteger(value) || value < 0 || value > limit)
    throw new Error(`byte writer: ${value} does not fit (0 to ${limit})`);
  return value;
};

/** A writer grows its memory by doubling from here, bytes; what it leaves behind is overwritten. */
const FIRST_BYTES = 256;

export const makeByteWriter = (): ByteWriter => {
  let memory = new Uint8Array(FIRST_BYTES);
  let length = 0;
  const room = (count: number): void => {
    if (length + count <= memory.length) return;
    const larger = new Uint8Array(Math.max(2 * memory.length, length + count));
    larger.set(memory);
    memory.fill(0);
    memory = larger;
  };
  const raw = (bytes: Uint8Array): void => {
    room(bytes.length);
    memory.set(bytes, length);
    length += bytes.length;
  };
  const number = (value: number, width: 1 | 2 | 4, limit: number): void => {
    const checked = whole(value, limit);
    room(width);
    for (let at = 0; at < width; at++)
      memory[length + at] = Math.floor(checked / 256 ** (width - 1 - at));
    length += width;
  };
  const writer: ByteWriter = {
    u8: (value) => number(value, 1, 0xff),
    u16: (value) => number(value, 2, U16_LIMIT),
    u32: (value) => number(value, 4, U32_LIMIT),
    raw,
    bytes16: (bytes) => {
      writer.u16(bytes.length);
      raw(bytes);
    },
    text16: (text) => writer.bytes16(UTF8.encode(text)),
    finish: () => memory.slice(0, length),
  };
  return writer;
};

/** Each call answers null once the bytes are not there (or are not UTF-8), and from then on always. */
export type ByteReader = {
  u8(): number | null;
  u16(): number | null;
  u32(): number | null;
  raw(count: number): Uint8Array | null;
  bytes16(): Uint8Array | null;
  text16(): string | null;
  /** Everything was read, and nothing was missing. */
  atEnd(): boolean;
};

export const makeByteReader = (bytes: Uint8Array): ByteReader => {
  let at = 0;
  let failed = false;
  const raw = (count: number): Uint8Array | null => {
    if (failed || at + count > bytes.length) {
      failed = true;
      return null;
    }
    at += count;
    return bytes.slice(at - count, at);
  };
  const number = (width: number): number | null => {
    const read = raw(width);
    return read === null ? null : read.reduce((sum, byte) => sum * 256 + byte, 0);
  };
  const reader: ByteReader = {
    u8: () => number(1),
    u16: () => number(2),
    u32: () => number(4),
    raw,
    bytes16: () => {
      const length = reader.u16();
      return length === null ? null : raw(length);
    },
    text16: () => {
      const read = reader.bytes16();
      if (read === null) return null;
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(read);
      } catch {
        failed = true;
        return null;
      }
    },
    atEnd: () => !failed && at === bytes.length,
  };
  return reader;
};
