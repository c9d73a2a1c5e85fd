/**
 * Messages as bytes between processes: `length u16 | JSON in UTF-8 | CRC-32`, big-endian; the CRC
 * (IEEE 802.3, reflected, as in zlib) covers length and JSON. Only messages of the catalogue, with
 * exactly its fields, are ever delivered: what else arrives is garbage and is named.
 */
import type { Message } from './catalogue.ts';
import { readMessage } from './read-message.ts';

/** The longest message, bytes of JSON. */
export const MESSAGE_LIMIT = 1_024;

const OVERHEAD = 6;

const CRC_TABLE: readonly number[] = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 of IEEE 802.3. */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
};

/** Throws when a message is longer than `MESSAGE_LIMIT`: a bug, since the catalogue's are all short. */
export const encodeFrame = (message: Message): Uint8Array => {
  const json = new TextEncoder().encode(JSON.stringify(message));
  if (json.length > MESSAGE_LIMIT)
    throw new Error(`message ${message.kind} has ${json.length} bytes`);
  const frame = new Uint8Array(json.length + OVERHEAD);
  const view = new DataView(frame.buffer);
  view.setUint16(0, json.length);
  frame.set(json, 2);
  view.setUint32(2 + json.length, crc32(frame.subarray(0, 2 + json.length)));
  return frame;
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

/**
 * Takes chunks cut anywhere. After garbage it drops what it holds: the sender repeats what matters.
 */
export const makeFrameReader = (
  onMessage: (message: Message) => void,
  onGarbage: (detail: string) => void,
): ((chunk: Uint8Array) => void) => {
  let held = new Uint8Array(0);

  const drop = (detail: string): void => {
    held = new Uint8Array(0);
    onGarbage(detail);
  };

  /** True when a whole frame was taken off the front. */
  const takeFrame = (): boolean => {
    if (held.length < 2) return false;
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    const length = view.getUint16(0);
    if (length === 0 || length > MESSAGE_LIMIT) {
      drop(`frame of ${length} bytes`);
      return false;
    }
    if (held.length < length + OVERHEAD) return false;
    if (view.getUint32(2 + length) !== crc32(held.subarray(0, 2 + length))) {
      drop('wrong check sum');
      return false;
    }
    const message = readMessage(parseJson(held.subarray(2, 2 + length)));
    held = held.slice(length + OVERHEAD);
    if (message === null) onGarbage('not a message of the catalogue');
    else onMessage(message);
    return true;
  };

  return (chunk) => {
    const joined = new Uint8Array(held.length + chunk.length);
    joined.set(held);
    joined.set(chunk, held.length);
    held = joined;
    while (takeFrame());
  };
};
