/**
 * Messages as bytes between processes: `length u16 | JSON in UTF-8 | CRC-32`, big-endian; the CRC
 * (IEEE 802.3, reflected, as in zlib) covers length and JSON. Only messages of the catalogue, with
 * exactly its fields, are ever delivered: what else arrives is garbage and is named.
 */
import type { Message } from './catalogue.ts';
import { readMessage } from './read-message.ts';

/** The longest message between desk and booth, bytes of JSON. */
export const MESSAGE_LIMIT = 1_024;
/** The longest one on a unit's private channels, where an election package goes in portions. */
export const UNIT_MESSAGE_LIMIT = 60_000;

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

/** Throws when a message is longer than `limit`: a bug, since a catalogue's are all bounded. */
const frameOf = (message: { readonly kind: string }, limit: number): Uint8Array => {
  const json = new TextEncoder().encode(JSON.stringify(message));
  if (json.length > limit) throw new Error(`message ${message.kind} has ${json.length} bytes`);
  const frame = new Uint8Array(json.length + OVERHEAD);
  const view = new DataView(frame.buffer);
  view.setUint16(0, json.length);
  frame.set(json, 2);
  view.setUint32(2 + json.length, crc32(frame.subarray(0, 2 + json.length)));
  return frame;
};

/** A message between desk and booth. */
export const encodeFrame = (message: Message): Uint8Array => frameOf(message, MESSAGE_LIMIT);

/** A message of a private channel. */
export const encodeUnitFrame = (message: { readonly kind: string }): Uint8Array =>
  frameOf(message, UNIT_MESSAGE_LIMIT);

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

/** Joins chunks to frames; `take` says whether the JSON was a message, and delivers it. */
const readFrames = (
  limit: number,
  take: (json: unknown) => boolean,
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
    if (length === 0 || length > limit) {
      drop(`frame of ${length} bytes`);
      return false;
    }
    if (held.length < length + OVERHEAD) return false;
    if (view.getUint32(2 + length) !== crc32(held.subarray(0, 2 + length))) {
      drop('wrong check sum');
      return false;
    }
    const json = parseJson(held.subarray(2, 2 + length));
    held = held.slice(length + OVERHEAD);
    if (!take(json)) onGarbage('not a message of the catalogue');
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

/** One that `read` knows is delivered. */
const delivering =
  <M>(read: (json: unknown) => M | null, onMessage: (message: M) => void) =>
  (json: unknown): boolean => {
    const message = read(json);
    if (message === null) return false;
    onMessage(message);
    return true;
  };

/**
 * Takes chunks cut anywhere. After garbage it drops what it holds: the sender repeats what matters.
 */
export const makeFrameReader = (
  onMessage: (message: Message) => void,
  onGarbage: (detail: string) => void,
): ((chunk: Uint8Array) => void) =>
  readFrames(MESSAGE_LIMIT, delivering(readMessage, onMessage), onGarbage);

/** The same for a private channel, whose catalogue's door is `read` (read-unit-message.ts). */
export const makeUnitFrameReader = <M>(
  read: (json: unknown) => M | null,
  onMessage: (message: M) => void,
  onGarbage: (detail: string) => void,
): ((chunk: Uint8Array) => void) =>
  readFrames(UNIT_MESSAGE_LIMIT, delivering(read, onMessage), onGarbage);
