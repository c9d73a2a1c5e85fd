import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, contentFlaw, emptyContent, recordOutcome } from '#firmware/desk/desk-content.ts';
import { compareAge, decodeDeskFile, encodeDeskFile } from '#firmware/desk/desk-file.ts';
import { isNationalId, nationalIdOf, parseNationalId } from '#firmware/desk/national-id.ts';
import {
  codeDigestInput,
  decodePollbook,
  encodePollbook,
  type Pollbook,
  pollbookFlaw,
} from '#firmware/desk/pollbook.ts';
import { RULES } from './rig.ts';

describe('national IDs', () => {
  test.each([
    ['V-12.345.678', 'V-12345678'],
    ['v12345678', 'V-12345678'],
    ['12345678', 'V-12345678'],
    [' E-081234567 ', 'E-81234567'],
    ['00012345', 'V-12345'],
  ])('%s is %s', (text, canonical) => {
    expect(parseNationalId(text)).toEqual({ ok: true, value: canonical });
    expect(isNationalId(canonical)).toBe(true);
  });

  test.each([
    ['', 'empty'],
    ['V-', 'empty'],
    ['1234', 'tooShort'],
    ['00001234', 'tooShort'],
    ['1234567890', 'tooLong'],
    ['V-12a45', 'notDigits'],
    ['X-12345', 'notDigits'],
    ['V--12345', 'notDigits'],
  ])('%s is refused: %s', (text, error) => {
    expect(parseNationalId(text)).toEqual({ ok: false, error });
  });

  test('one person has one form, however it is typed', () => {
    expect(nationalIdOf('V', '0012345')).toEqual(nationalIdOf('V', '12345'));
    expect(nationalIdOf('V', '12345')).not.toEqual(nationalIdOf('E', '12345'));
  });
});

const bytesArb = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const templateArb = fc.option(fc.uint8Array({ minLength: 1, maxLength: 60 }), { nil: null });
const pollbookArb: fc.Arbitrary<Pollbook> = fc.record({
  voters: fc
    .uniqueArray(fc.integer({ min: 10_000, max: 999_999_999 }), { maxLength: 8 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({
            nationalId: fc.constantFrom(`V-${id}`, `E-${id}`),
            name: fc.string({ unit: 'grapheme', maxLength: 20 }),
            ballotStyleId: fc.constantFrom('a', 'b'),
            template: templateArb,
            hasUpperLimbs: fc.boolean(),
          }),
        ),
      ),
    ),
  officers: fc.array(
    fc.record({
      officerId: fc.string({ maxLength: 8 }),
      role: fc.constantFrom('presidingOfficer', 'pollWorker', 'observer', 'authority'),
      template: templateArb,
    }),
    { maxLength: 3 },
  ),
  codeSalt: bytesArb(16),
  codes: fc.array(
    fc.record({ kind: fc.constantFrom('authorisation', 'support'), digest: bytesArb(32) }),
    { maxLength: 4 },
  ),
});

describe('the pollbook in bytes', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(pollbookArb, (book) => {
        expect(decodePollbook(encodePollbook(book))).toEqual({ ok: true, value: book });
      }),
      { seed: 1 },
    );
  });

  test('cut anywhere or with a byte more it is refused', () => {
    fc.assert(
      fc.property(pollbookArb, fc.nat(), (book, at) => {
        const bytes = encodePollbook(book);
        expect(decodePollbook(bytes.slice(0, at % bytes.length)).ok).toBe(false);
        expect(decodePollbook(Uint8Array.of(...bytes, 0)).ok).toBe(false);
      }),
      { seed: 2 },
    );
  });

  test('any bytes are answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodePollbook(bytes).ok).toBe(false);
        expect(decodeDeskFile(bytes).ok).toBe(false);
      }),
      { seed: 3 },
    );
  });

  test('a voter who is in it twice is a flaw that names no voter', () => {
    const voter = {
      nationalId: 'V-1234567',
      name: 'A',
      ballotStyleId: 'a',
      template: null,
      hasUpperLimbs: true,
    };
    const book = { voters: [voter, voter], officers: [], codeSalt: new Uint8Array(16), codes: [] };
    const flaw = pollbookFlaw(book);
    expect(flaw).toContain('twice');
    expect(flaw).not.toContain('1234567');
    expect(() => encodePollbook(book)).toThrow();
  });

  test('a code of one kind, precinct or length is not a code of another', () => {
    const salt = new Uint8Array(16);
    const other = new Uint8Array(16).fill(1);
    const inputs = [
      codeDigestInput(salt, 'support', '12345678'),
      codeDigestInput(salt, 'authorisation', '12345678'),
      codeDigestInput(other, 'support', '12345678'),
      codeDigestInput(salt, 'support', '1234567'),
    ].map(String);
    expect(new Set(inputs).size).toBe(inputs.length);
  });
});

describe('the desk file in bytes', () => {
  const content = (() => {
    let made = emptyContent(6);
    made = recordOutcome(made, 1, 'noStoredPrint', RULES);
    made = recordOutcome(made, 2, 'match', RULES);
    made = admit(made, { voter: 2, companion: 'E-81234567' }, null);
    return { ...made, companions: ['V-1234567', 'V-7654321'], usedCodes: [0, 7] };
  })();

  test('comes back as it was', () => {
    const file = { generation: 3, version: 70_000, content };
    expect(decodeDeskFile(encodeDeskFile(file))).toEqual({ ok: true, value: file });
  });

  test('cut anywhere it is refused', () => {
    const bytes = encodeDeskFile({ generation: 1, version: 1, content });
    for (let end = 0; end < bytes.length; end++)
      expect(decodeDeskFile(bytes.slice(0, end)).ok).toBe(false);
  });

  test('a companion without a voter is not read', () => {
    const file = { generation: 1, version: 1, content: { ...content, admission: null } };
    const bytes = Buffer.from(encodeDeskFile(file));
    // After magic, generation, version and the voters: nobody, and the length of the companion's ID.
    const at = 8 + 4 + 4 + 2 + content.voters.length;
    expect(bytes.subarray(at, at + 4).toString('hex')).toBe('ffff0000');
    const id = Buffer.from('V-7654321');
    const slipped = [
      bytes.subarray(0, at + 2),
      Buffer.of(0, id.length),
      id,
      bytes.subarray(at + 4),
    ];
    expect(decodeDeskFile(new Uint8Array(Buffer.concat(slipped)))).toMatchObject({
      ok: false,
      error: { detail: 'a companion of nobody' },
    });
  });

  test('what makes no sense is neither written nor read', () => {
    const wrong = [
      { ...content, companions: ['V-7654321', 'V-1234567'] },
      { ...content, companions: ['E-81234567'] },
      { ...content, usedCodes: [7, 7] },
      { ...content, admission: { voter: 6, companion: null } },
      { ...content, admission: { voter: 0, companion: null } },
      { ...content, voters: Uint8Array.of(0, 0, 0b1_0001, 0, 0, 0) },
      { ...content, voters: Uint8Array.of(0, 0, 1, 5, 0, 0) },
      { ...content, voters: Uint8Array.of(0, 0, 1, 0b1_0000, 0, 0) },
    ];
    for (const each of wrong) {
      expect(contentFlaw(each)).not.toBeNull();
      expect(() => encodeDeskFile({ generation: 1, version: 1, content: each })).toThrow();
    }
  });

  test('a generation outranks every version of an older one', () => {
    expect(
      compareAge({ generation: 2, version: 1 }, { generation: 1, version: 9 }),
    ).toBeGreaterThan(0);
    expect(compareAge({ generation: 2, version: 1 }, { generation: 2, version: 2 })).toBeLessThan(
      0,
    );
    expect(compareAge({ generation: 2, version: 2 }, { generation: 2, version: 2 })).toBe(0);
  });
});
