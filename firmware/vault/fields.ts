/**
 * Reading and writing the vault's binary layouts: big-endian whole numbers and byte strings, checked
 * at the bounds. A reader past the end answers null for the whole layout, never a part of it.
 */
export { equalBytes } from '@noble/ciphers/utils.js';

const UINT32_MAX = 0xffff_ffff;

export const uint32Bytes = (value: number): Uint8Array => {
  if (!Number.isInteger(value) || value < 0 || value > UINT32_MAX)
    throw new Error(`vault: ${value} is not a 32-bit count`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};

/** Big-endian number at `offset`; the caller has checked the length. */
export const uint32At = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);

/** A string of at most 255 bytes with its length in front, so that no two contexts read alike. */
export const lengthAndText = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 255) throw new Error('vault: an identifier has at most 255 bytes');
  const out = new Uint8Array(1 + bytes.length);
  out[0] = bytes.length;
  out.set(bytes, 1);
  return out;
};

/** Reads one layout from front to back. Any read past the end makes `finished` null. */
export const makeFieldReader = (bytes: Uint8Array) => {
  let at = 0;
  let short = false;
  const take = (count: number): Uint8Array => {
    if (short || at + count > bytes.length) {
      short = true;
      return new Uint8Array(count);
    }
    at += count;
    return bytes.subarray(at - count, at);
  };
  return {
    bytes: take,
    uint8: (): number => take(1)[0]!,
    uint32: (): number => uint32At(take(4), 0),
    text: (): string => new TextDecoder().decode(take(take(1)[0]!)),
    /** How many bytes were read so far. */
    position: (): number => at,
    rest: (): Uint8Array => take(bytes.length - at),
    short: (): boolean => short,
  };
};

export const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
