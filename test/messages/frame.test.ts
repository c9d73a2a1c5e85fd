import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '#firmware/messages/catalogue.ts';
import { crc32, encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';

const TOKEN = '00112233445566778899aabbccddeeff';
const MESSAGES: readonly Message[] = [
  { kind: 'deskStarted' },
  { kind: 'admission', token: TOKEN, ballotStyleId: 'style-1', turn: '0000002a' },
  { kind: 'acknowledged', media: ['fixed', 'removable'] },
  { kind: 'boothStarted' },
  { kind: 'idle', turn: '0000002a' },
  { kind: 'completed' },
  { kind: 'notCompleted' },
  { kind: 'phaseChanged', phase: 'open' },
  { kind: 'pollbookKey', key: TOKEN + TOKEN },
  { kind: 'powerChanged', power: { level: 'battery', batteryPercent: 71.5, minutesLeft: 180 } },
  {
    kind: 'authenticationTotals',
    totals: {
      match: 1,
      noMatch: 2,
      noStoredPrint: 3,
      noUpperLimbs: 4,
      overrides: 5,
      votersMarked: 6,
      registered: 7,
    },
  },
];

const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((each) => [...each]));

const read = (chunks: readonly Uint8Array[]): { messages: Message[]; garbage: string[] } => {
  const messages: Message[] = [];
  const garbage: string[] = [];
  const take = makeFrameReader(
    (message) => messages.push(message),
    (detail) => garbage.push(detail),
  );
  for (const chunk of chunks) take(chunk);
  return { messages, garbage };
};

/** JSON that is not of the catalogue, in a frame that is otherwise right. */
const frameOf = (json: unknown): Uint8Array => encodeFrame(json as Message);

describe('frames between processes', () => {
  test('CRC-32 gives the check value of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  test('every message arrives however the bytes are cut', () => {
    const bytes = joined(MESSAGES.map(encodeFrame));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        expect(read(chunks)).toEqual({ messages: MESSAGES, garbage: [] });
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('one flipped bit is never delivered as a message', () => {
    const frame = encodeFrame({
      kind: 'admission',
      token: TOKEN,
      ballotStyleId: 'style-1',
      turn: '0000002a',
    });
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = frame.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(read([damaged]).messages).toEqual([]);
    }
  });

  test('the reader goes on with the next frame after garbage', () => {
    const damaged = encodeFrame({ kind: 'idle', turn: '0000002a' });
    damaged[3]! ^= 1;
    const { messages, garbage } = read([damaged, encodeFrame({ kind: 'completed' })]);
    expect(messages).toEqual([{ kind: 'completed' }]);
    expect(garbage).toEqual(['wrong check sum']);
  });

  test.each([
    ['an unknown kind', { kind: 'vote' }],
    ['a field too many, such as a voter', { kind: 'completed', voter: 'V-1' }],
    ['a missing field', { kind: 'admission', token: TOKEN }],
    [
      'a token that is not random hex',
      { kind: 'admission', token: 'V-12345678', ballotStyleId: 's', turn: '0000002a' },
    ],
    ['a medium that does not exist', { kind: 'acknowledged', media: ['cloud'] }],
    ['a medium named twice', { kind: 'acknowledged', media: ['fixed', 'fixed'] }],
    [
      'a negative total',
      { kind: 'powerChanged', power: { level: 'low', batteryPercent: -1, minutesLeft: 1 } },
    ],
    ['an inherited name', { kind: 'toString' }],
    ['no object', null],
  ])('%s is garbage', (_, json) => {
    const { messages, garbage } = read([frameOf(json)]);
    expect(messages).toEqual([]);
    expect(garbage).toHaveLength(1);
  });

  test('random bytes never throw and never deliver', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (chunks) => {
        expect(read(chunks).messages).toEqual([]);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
