import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ballotBytes, decodeBallot, encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { emptyMarks } from '#firmware/election/contest-rules.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  arbitraryElection,
  arbitraryTouches,
  FC_SEED,
  marksFromTouches,
} from './arbitrary-elections.ts';

const small = loadOwnDefinition(SMALL_PATH);
const ballot = resolveBallot(small, 'unica');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const decodeHex = (text: string) => decodeBallot(small, Uint8Array.from(Buffer.from(text, 'hex')));

describe('a cast vote record', () => {
  test('is style, then a word for each position', () => {
    expect(ballotBytes(small)).toBe(8);
    expect(hex(encodeBallot(small, ballot, [[2], [1, 6]]))).toBe('0000000200010006');
    expect(hex(encodeBallot(small, ballot, [[], [6]]))).toBe('0000ffff0006ffff');
    expect(hex(encodeBallot(small, ballot, emptyMarks(ballot)))).toBe('0000ffffffffffff');
  });

  test('has one length for all styles of a precinct', () => {
    const demo = loadOwnDefinition(DEMO_PATH);
    const lengths = demo.ballotStyles.map((style) => {
      const offered = resolveBallot(demo, style.id);
      return encodeBallot(demo, offered, emptyMarks(offered)).length;
    });
    expect(lengths).toEqual([10, 10]);
  });

  test.each([
    ['000000020001', '6 bytes instead of 8'],
    ['0001000200010006', 'no ballot style 1'],
    ['0000000300010006', 'an option that is not there'],
    ['000000020001fffe', 'an option that is not there'],
    ['0000000200060001', 'not ascending'],
    ['0000000200010001', 'not ascending'],
    ['00000002ffff0001', 'unmarked position before'],
    ['0000000200000004', 'same candidate twice'],
  ])('%s is refused: %s', (text, reason) => {
    const decoded = decodeHex(text);
    expect(!decoded.ok && decoded.error).toContain(reason);
  });

  test('padding that is not zero is refused', () => {
    const demo = loadOwnDefinition(DEMO_PATH);
    const offered = resolveBallot(demo, 'general');
    const bytes = encodeBallot(demo, offered, emptyMarks(offered));
    bytes[9] = 1;
    expect(decodeBallot(demo, bytes)).toEqual({ ok: false, error: 'the padding is not zero' });
  });

  test('impossible marks are a bug', () => {
    expect(() => encodeBallot(small, ballot, [[0, 1], []])).toThrow('more marks than positions');
    expect(() => encodeBallot(small, ballot, [[]])).toThrow('not one entry');
  });

  test('comes back as it went in', () => {
    fc.assert(
      fc.property(
        arbitraryElection,
        arbitraryTouches,
        fc.constantFrom('whole', 'first'),
        (election, touches, styleId) => {
          const offered = resolveBallot(election, styleId);
          const marks = marksFromTouches(offered, touches);
          const bytes = encodeBallot(election, offered, marks);
          expect(bytes.length).toBe(ballotBytes(election));
          expect(decodeBallot(election, bytes)).toEqual({ ok: true, value: { styleId, marks } });
        },
      ),
      { seed: FC_SEED, numRuns: 300 },
    );
  });

  test('any bytes decode to a vote that encodes to the same bytes, or to an error', () => {
    const words = fc.array(
      fc.oneof(fc.nat({ max: 7 }), fc.constant(0xffff), fc.nat({ max: 0xffff })),
      { minLength: 4, maxLength: 4 },
    );
    fc.assert(
      fc.property(words, (values) => {
        const bytes = new Uint8Array(8);
        values.forEach((value, index) => {
          new DataView(bytes.buffer).setUint16(2 * index, value);
        });
        const decoded = decodeBallot(small, bytes);
        if (decoded.ok) expect(encodeBallot(small, ballot, decoded.value.marks)).toEqual(bytes);
      }),
      { seed: FC_SEED, numRuns: 2000 },
    );
  });
});
