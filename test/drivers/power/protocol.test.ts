/** The Firmata codec against the protocol's own tables, and against damage. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BOARD_FRAME_LIMIT,
  HOST_FRAME_LIMIT,
  makeFrameReader,
  type Sender,
} from '#drivers/power/firmata-frames.ts';
import {
  decodeBoardFrame,
  decodeHostFrame,
  encodeBoardMessage,
  encodeHostMessage,
} from '#drivers/power/protocol.ts';
import { BOARD_VECTORS, HOST_VECTORS } from '#test/vectors/firmata.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const cut = (sender: Sender, limit: number, chunks: readonly Uint8Array[]): string[] => {
  const frames: string[] = [];
  const reader = makeFrameReader(sender, limit, (frame) => frames.push(hexOf(frame)));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
};

describe('Firmata messages', () => {
  test.each(HOST_VECTORS)('host: $name', ({ bytes, message }) => {
    expect(hexOf(encodeHostMessage(message))).toBe(bytes);
    expect(decodeHostFrame(bytesOf(bytes))).toEqual(message);
    expect(cut('host', HOST_FRAME_LIMIT, [bytesOf(bytes)])).toEqual([bytes]);
  });

  test.each(BOARD_VECTORS)('board: $name', ({ bytes, message }) => {
    expect(hexOf(encodeBoardMessage(message))).toBe(bytes);
    expect(decodeBoardFrame(bytesOf(bytes))).toEqual(message);
    expect(cut('board', BOARD_FRAME_LIMIT, [bytesOf(bytes)])).toEqual([bytes]);
  });

  test('any bytes decode to a message or to null, never to an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        for (const decode of [decodeBoardFrame, decodeHostFrame]) {
          const message = decode(bytes);
          if (message !== null) expect(typeof message.kind).toBe('string');
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('half a pair, half a capability and a wide byte are not messages', () => {
    expect(decodeBoardFrame(bytesOf('f077360004f7'))).toBeNull();
    expect(decodeBoardFrame(bytesOf('f06c00f7'))).toBeNull();
    expect(decodeBoardFrame(bytesOf('f07736000400007ff7'))).toBeNull();
  });
});

describe('Firmata frames', () => {
  const stream = BOARD_VECTORS.map(({ bytes }) => bytes);

  test('come out the same however the stream is cut', () => {
    const whole = bytesOf(stream.join(''));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
        const edges = [0, ...[...cuts].sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));
        expect(cut('board', BOARD_FRAME_LIMIT, chunks)).toEqual(stream);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('noise before, and a message cut short, cost only themselves', () => {
    expect(cut('board', BOARD_FRAME_LIMIT, [bytesOf('00117ff7e02af90205')])).toEqual(['f90205']);
    expect(cut('board', BOARD_FRAME_LIMIT, [bytesOf('f0790203530074e02a06')])).toEqual(['e02a06']);
  });

  test('a message without end is thrown away, and what follows is read', () => {
    const endless = new Uint8Array(100_000).fill(0x11);
    endless[0] = 0xf0;
    expect(cut('board', BOARD_FRAME_LIMIT, [endless, bytesOf('f90205')])).toEqual(['f90205']);
  });

  test('a forgotten half leaves no trace', () => {
    const frames: string[] = [];
    const reader = makeFrameReader('board', BOARD_FRAME_LIMIT, (f) => frames.push(hexOf(f)));
    reader.push(bytesOf('e02a'));
    reader.reset();
    reader.push(bytesOf('06f90205'));
    expect(frames).toEqual(['f90205']);
    expect(reader.discarded()).toBe(3);
  });
});
