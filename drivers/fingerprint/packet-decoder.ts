/**
 * Finds packets in a stream of bytes that may be cut anywhere, damaged, or interrupted by the lone
 * 55 of a module that has just started. It never holds more than one packet, and after damage it
 * looks for the next header from the second byte of what it had taken for a packet, so that nothing
 * sound that follows is lost.
 */
import {
  CHECKSUM_BYTES,
  checksumOf,
  HEADER,
  MAX_PAYLOAD_BYTES,
  type Packet,
  PREFIX_BYTES,
  packetTypeOf,
  READY_BYTE,
  readNumber,
} from './protocol.ts';

export type DecoderEvent =
  | { readonly kind: 'packet'; readonly packet: Packet }
  /** The lone 55 after a reset. Told only while the stream is in step. */
  | { readonly kind: 'ready' }
  /** Bytes that are no packet; told once for each run of them. */
  | { readonly kind: 'garbled'; readonly detail: string };

export type PacketDecoder = {
  /** Takes a chunk and returns what it completed, in order. */
  push(chunk: Uint8Array): readonly DecoderEvent[];
  /** Forgets a half packet: a new exchange begins. */
  reset(): void;
};

const MAX_PACKET_BYTES = PREFIX_BYTES + MAX_PAYLOAD_BYTES + CHECKSUM_BYTES;
const HEADER_HIGH = HEADER >>> 8;
const HEADER_LOW = HEADER & 0xff;

type Look =
  | { readonly kind: 'needMore' }
  | { readonly kind: 'packet'; readonly packet: Packet; readonly bytes: number }
  | { readonly kind: 'notAPacket'; readonly detail: string };

/** What stands at the start of `bytes`, which is not empty. */
const lookAt = (bytes: Uint8Array): Look => {
  if (bytes[0] !== HEADER_HIGH) return { kind: 'notAPacket', detail: 'no header' };
  if (bytes.length < 2) return { kind: 'needMore' };
  if (bytes[1] !== HEADER_LOW) return { kind: 'notAPacket', detail: 'no header' };
  if (bytes.length < PREFIX_BYTES) return { kind: 'needMore' };
  const type = packetTypeOf(bytes[6] ?? 0);
  if (type === undefined) return { kind: 'notAPacket', detail: `packet type ${bytes[6]}` };
  const length = readNumber(bytes, 7, 2);
  if (length < CHECKSUM_BYTES || length > MAX_PAYLOAD_BYTES + CHECKSUM_BYTES)
    return { kind: 'notAPacket', detail: `length ${length}` };
  const end = PREFIX_BYTES + length;
  if (bytes.length < end) return { kind: 'needMore' };
  if (checksumOf(bytes.subarray(6, end - CHECKSUM_BYTES)) !== readNumber(bytes, end - 2, 2))
    return { kind: 'notAPacket', detail: 'checksum' };
  const payload = bytes.slice(PREFIX_BYTES, end - CHECKSUM_BYTES);
  return {
    kind: 'packet',
    packet: { address: readNumber(bytes, 2, 4), type, payload },
    bytes: end,
  };
};

/** How many more bytes `lookAt` needs before it may decide anything new: at least 1. */
const bytesToDecide = (held: Uint8Array, count: number): number =>
  count < PREFIX_BYTES ? 1 : PREFIX_BYTES + readNumber(held, 7, 2) - count;

export const makePacketDecoder = (): PacketDecoder => {
  const held = new Uint8Array(MAX_PACKET_BYTES);
  let count = 0;
  let inStep = true;

  const drop = (bytes: number): void => {
    held.copyWithin(0, bytes, count);
    count -= bytes;
  };

  /** Takes everything out of `held` that is decided. */
  const settle = (events: DecoderEvent[]): void => {
    while (count > 0) {
      const look = lookAt(held.subarray(0, count));
      if (look.kind === 'needMore') return;
      if (look.kind === 'packet') {
        events.push({ kind: 'packet', packet: look.packet });
        drop(look.bytes);
        inStep = true;
        continue;
      }
      if (inStep && held[0] === READY_BYTE) {
        events.push({ kind: 'ready' });
      } else if (inStep) {
        events.push({ kind: 'garbled', detail: look.detail });
        inStep = false;
      }
      drop(1);
    }
  };

  return {
    push: (chunk) => {
      const events: DecoderEvent[] = [];
      for (let at = 0; at < chunk.length; ) {
        const take = Math.min(bytesToDecide(held, count), chunk.length - at);
        held.set(chunk.subarray(at, at + take), count);
        count += take;
        at += take;
        settle(events);
      }
      return events;
    },
    reset: () => {
      count = 0;
      inStep = true;
    },
  };
};
