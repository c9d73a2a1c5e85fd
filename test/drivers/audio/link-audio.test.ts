/** Speech over an in-memory link to the emulated headphones, under a virtual clock; its codec. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeHeadphonesEmulator } from '#drivers/audio/emulator.ts';
import { makeLinkAudio } from '#drivers/audio/link-audio.ts';
import { noAudio } from '#drivers/audio/no-audio.ts';
import { openAudio } from '#drivers/audio/open-audio.ts';
import {
  type AudioCommand,
  decodeAnswer,
  decodeCommand,
  encodeAnswer,
  encodeCommand,
  makeLineSplitter,
} from '#drivers/audio/protocol.ts';
import { boundedTexts, MAX_TEXTS } from '#drivers/audio/speech.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { describeAudio } from '#test/contracts/audio.ts';

const VOICE = { volume: 50, ratePercent: 100 };

const makeRig = () => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(1_000_000));
  const device = makeHeadphonesEmulator(link.device, clock, { cable: link });
  const audio = makeLinkAudio(link.host, clock);
  return { clock, audio, device, run: clock.run, close: () => link.host.close() };
};

describeAudio('speech over an in-memory link', makeRig);

describe('the lines of the link', () => {
  const line = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1);
  const texts = fc.array(
    fc.record({
      text: fc.string({ unit: 'binary', maxLength: 60 }),
      locale: fc.constantFrom('es', 'en'),
    }),
    { maxLength: 5 },
  );
  const voice = fc.record({ volume: fc.integer(), ratePercent: fc.integer() });
  const id = fc.nat();
  const command: fc.Arbitrary<AudioCommand> = fc.oneof(
    fc.record({ kind: fc.constant('check'), id }),
    fc.record({ kind: fc.constant('stop'), id }),
    fc.record({ kind: fc.constant('say'), id, texts, voice }),
  );

  test('come back as they went, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (all, size) => {
          const bytes = Buffer.concat(all.map(encodeCommand));
          const split = makeLineSplitter(10_000);
          const lines: (Uint8Array | null)[] = [];
          for (let at = 0; at < bytes.length; at += size)
            lines.push(...split(bytes.subarray(at, at + size)));
          expect(lines.map((each) => each && decodeCommand(each))).toEqual(all);
        },
      ),
      { seed: 20201206, numRuns: 300 },
    );
    const answer = { kind: 'finished', id: 7 } as const;
    expect(decodeAnswer(line(encodeAnswer(answer)))).toEqual(answer);
  });

  test('of noise are nothing, and throw nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(decodeCommand(bytes)).toBeNull();
          expect(decodeAnswer(bytes)).toBeNull();
        },
      ),
      { seed: 20201206, numRuns: 500 },
    );
  });

  test('that are too long are dropped, and the next one is read', () => {
    const split = makeLineSplitter(8);
    expect(split(Buffer.from('123456789'))).toEqual([]);
    expect(split(Buffer.from('0\nok\n'))).toEqual([null, new Uint8Array(Buffer.from('ok'))]);
  });
});

test('a scene of too many texts is cut, not refused', () => {
  const many = Array.from({ length: MAX_TEXTS + 5 }, () => ({ text: 'x', locale: 'es' as const }));
  expect(boundedTexts(many)).toHaveLength(MAX_TEXTS);
});

test('a unit without speech says so', async () => {
  const clock = makeVirtualClock(0);
  const { audio, link } = await openAudio({ kind: 'none' }, clock);
  expect(link).toBeNull();
  expect(audio).toBe(noAudio);
  const absent = { ok: false, error: { device: 'audio', kind: 'absent' } };
  expect(await audio.check()).toMatchObject(absent);
  expect(await audio.speak([{ text: 'a', locale: 'es' }], VOICE)).toMatchObject(absent);
  audio.silence();
});
