/** Bytes, hex and text as the vault writes them. */
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { secretBytes } from '#hal/secret-bytes.ts';

export { equalBytes } from '@noble/ciphers/utils.js';
export { bytesToHex as toHex, concatBytes, utf8ToBytes as utf8 } from '@noble/hashes/utils.js';

const HEX = /^(?:[0-9a-f]{2})*$/;

/** The bytes of lower-case hex, exactly `count` of them; null for anything else. */
export const bytesOfHex = (text: unknown, count: number): Uint8Array | null =>
  typeof text === 'string' && text.length === 2 * count && HEX.test(text) ? hexToBytes(text) : null;

/** As `bytesOfHex`, straight into memory that can be forgotten. */
export const secretOfHex = (text: unknown, count: number): Uint8Array | null => {
  if (typeof text !== 'string' || text.length !== 2 * count || !HEX.test(text)) return null;
  const secret = secretBytes(count);
  Buffer.from(secret.buffer).write(text, 'hex');
  return secret;
};

/** The text of valid UTF-8; null for anything else. */
export const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** The object that JSON text holds; null for anything else. */
export const jsonObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
};

export const jsonBytes = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));
