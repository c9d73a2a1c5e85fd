import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODE_PAGES, decodeByte, encodeText, toPrintable } from '#drivers/printer/code-page.ts';
import vectors from '#test/vectors/escpos-cp858.json' with { type: 'json' };

const REPLACEMENT = CODE_PAGES.cp858.replacement;
const SPANISH = 'áéíóúüñÁÉÍÓÚÜÑ¿¡ºª«»€çÇ';

describe('code page 858', () => {
  test('agrees with another implementation, byte for byte', () => {
    [...vectors.characters].forEach((character, index) => {
      expect(decodeByte(vectors.firstByte + index)).toBe(character);
      // The soft hyphen alone is not printed: nobody would see it.
      const printed = character === '\u00ad' ? REPLACEMENT : character;
      expect(encodeText(character)[0]).toBe(
        character === '\u00ad' ? 0xfe : vectors.firstByte + index,
      );
      expect(toPrintable(character)).toBe(printed);
    });
  });

  test('has every letter of Spanish, composed or not', () => {
    expect(toPrintable(SPANISH)).toBe(SPANISH);
    expect(toPrintable(SPANISH.normalize('NFD'))).toBe(SPANISH);
  });

  test('replaces control characters, emoji and foreign letters one for one, visibly', () => {
    expect(toPrintable('a\u001b@b\n\u0010\u0004\u0001')).toBe('a■@b■■■■');
    expect(toPrintable('😀 Ω')).toBe('■ ■');
    expect(toPrintable('\u007f\u0085')).toBe('■■');
  });

  test('any text becomes bytes that print as themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const bytes = encodeText(text);
        expect([...bytes].every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
        expect([...bytes].map((byte) => decodeByte(byte)).join('')).toBe(toPrintable(text));
      }),
      { seed: 858, numRuns: 200 },
    );
  });
});
