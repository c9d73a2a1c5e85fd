/** The packet codec against packets that others wrote down, and against damage. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DecoderEvent, makePacketDecoder } from '#drivers/fingerprint/packet-decoder.ts';
import {
  CODES,
  COMMANDS,
  type CodeName,
  decodeSystemParameters,
  describeCode,
  encodeCommand,
  encodeData,
  encodePacket,
  encodeSystemParameters,
  type Packet,
  type PacketType,
} from '#drivers/fingerprint/protocol.ts';
import {
  CODE_VECTORS,
  COMMAND_VECTORS,
  fromHex,
  PACKET_VECTORS,
  RECORDED_PARAMETERS,
  RECORDED_POWER_ON,
} from '#test/vectors/fingerprint.ts';

const SEED = 20201206;

const packetsOf = (events: readonly DecoderEvent[]): readonly Packet[] =>
  events.flatMap((event) => (event.kind === 'packet' ? [event.packet] : []));

const packets = fc.record({
  address: fc.integer({ min: 0, max: 0xffffffff }),
  type: fc.constantFrom<PacketType>('command', 'data', 'ack', 'lastData'),
  payload: fc.uint8Array({ minLength: 0, maxLength: 256 }),
});

/** Random bytes among which headers begin that lead nowhere. */
const noises = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(Uint8Array.of(0xef)),
      fc.constant(Uint8Array.of(0xef, 0x01, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00)),
      packets.map((packet) => encodePacket(packet).slice(0, -3)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

/** Feeds `bytes` in pieces cut at `cuts`. */
const feed = (bytes: Uint8Array, cuts: readonly number[]): readonly DecoderEvent[] => {
  const decoder = makePacketDecoder();
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  at.sort((a, b) => a - b);
  return at.flatMap((from, index) => decoder.push(bytes.subarray(from, at[index + 1] ?? from)));
};

describe('packets that others wrote down', () => {
  test.each(COMMAND_VECTORS)('encodes $source', ({ command, parameters, hex }) => {
    expect(encodeCommand(0xffffffff, command, parameters)).toEqual(fromHex(hex));
  });

  test('each command has one', () => {
    const named = new Set(COMMAND_VECTORS.map(({ command }) => command));
    expect([...named].sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  test.each(Object.entries(CODE_VECTORS))('the code %s', (name, hex) => {
    const payload = Uint8Array.of(CODES[name as CodeName]);
    const packet: Packet = { address: 0xffffffff, type: 'ack', payload };
    expect(encodePacket(packet)).toEqual(fromHex(hex));
    expect(packetsOf(makePacketDecoder().push(fromHex(hex)))).toEqual([packet]);
    expect(describeCode(payload[0] ?? 0)).toContain(name);
  });

  test.each(PACKET_VECTORS)('decodes and encodes $source', ({ hex, address, type, payload }) => {
    const packet = { address, type, payload: fromHex(payload) };
    expect(makePacketDecoder().push(fromHex(hex))).toEqual([{ kind: 'packet', packet }]);
    expect(encodePacket(packet)).toEqual(fromHex(hex));
  });

  test('reads the recorded system parameters, and writes them back', () => {
    const payload = fromHex(PACKET_VECTORS[2]?.payload ?? '');
    expect(decodeSystemParameters(payload)).toEqual({ ok: true, value: RECORDED_PARAMETERS });
    expect(encodeSystemParameters(RECORDED_PARAMETERS)).toEqual(payload);
  });

  test('tells the lone 55 of a power-on from what follows', () => {
    const events = makePacketDecoder().push(fromHex(RECORDED_POWER_ON));
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'packet']);
  });
});

describe('the decoder', () => {
  test('finds every packet however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(packets, { maxLength: 5 }),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map(encodePacket));
          expect(packetsOf(feed(new Uint8Array(bytes), cuts))).toEqual(sent);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('loses nothing sound that follows damage', () => {
    fc.assert(
      fc.property(noises, packets, (noise, packet) => {
        // A run of bytes without a header, longer than any packet, flushes what noise had begun.
        const flush = new Uint8Array(300);
        const bytes = Buffer.concat([noise, encodePacket(packet), flush]);
        const found = packetsOf(feed(new Uint8Array(bytes), []));
        expect(found).toContainEqual(packet);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('never takes a packet with one damaged byte of type, length, payload or checksum', () => {
    fc.assert(
      fc.property(packets, fc.nat(), fc.integer({ min: 1, max: 255 }), (packet, where, flip) => {
        const bytes = encodePacket(packet);
        const at = 6 + (where % (bytes.length - 6));
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const found = packetsOf(feed(bytes, []));
        expect(found).not.toContainEqual(packet);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('refuses a length beyond the largest packet without waiting for it', () => {
    const decoder = makePacketDecoder();
    decoder.push(fromHex('EF01 FFFFFFFF 07 FFFF'));
    const [answer] = PACKET_VECTORS;
    expect(packetsOf(decoder.push(fromHex(answer?.hex ?? '')))).toHaveLength(1);
  });

  test('tells a run of noise once', () => {
    const events = makePacketDecoder().push(fromHex('00 11 22 33 55 66'));
    expect(events.map(({ kind }) => kind)).toEqual(['garbled']);
  });
});

describe('data packets', () => {
  test('carry the content whole, only the last one marked as last', () => {
    const sizes = fc.constantFrom(32, 64, 128, 256);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 1536 }), sizes, (content, size) => {
        const decoder = makePacketDecoder();
        const found = encodeData(1, content, size).flatMap((bytes) =>
          packetsOf(decoder.push(bytes)),
        );
        expect(new Uint8Array(Buffer.concat(found.map(({ payload }) => payload)))).toEqual(content);
        const types = found.map(({ type }) => type);
        expect(types.indexOf('lastData')).toBe(types.length - 1);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
