/**
 * Code page 858 (Latin 1 for Western Europe with the euro sign), the printer's character table 19:
 * the one of ESC/POS that has every letter of Spanish. Used by the encoder and by the emulator; the
 * table is pinned by test/vectors/escpos-cp858.json, made by another implementation.
 */

/** The characters of bytes 80h to FFh, in order. */
const UPPER_HALF =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ' +
  'áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
  '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀' +
  'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** What a character outside the code page is printed as: a block nobody takes for a letter (FEh). */
export const REPLACEMENT = '■';
const REPLACEMENT_BYTE = 0xfe;

const isPrintableAscii = (code: number): boolean => code >= 0x20 && code <= 0x7e;

const byteOfCharacter = new Map(
  [...UPPER_HALF]
    .map((character, index) => [character, 0x80 + index] as const)
    // A soft hyphen may print or not: no two papers should differ by an invisible character.
    .filter(([character]) => character !== '\u00ad'),
);

/** The byte of one character (one code point); null when the code page lacks it. */
export const encodeCharacter = (character: string): number | null => {
  const code = character.codePointAt(0) ?? 0;
  if (isPrintableAscii(code)) return code;
  return byteOfCharacter.get(character) ?? null;
};

/** The character a byte prints, or null for a control byte. */
export const decodeByte = (byte: number): string | null => {
  if (byte >= 0x80) return UPPER_HALF[byte - 0x80] ?? null;
  return isPrintableAscii(byte) ? String.fromCharCode(byte) : null;
};

/**
 * Text as the code page can print it: composed (NFC), and every character it lacks, control
 * characters and line ends among them, replaced one for one. Nothing of the result is a command.
 */
export const toPrintable = (text: string): string => {
  let out = '';
  for (const character of text.normalize('NFC')) {
    out += encodeCharacter(character) === null ? REPLACEMENT : character;
  }
  return out;
};

/** One byte a character of `toPrintable(text)`. */
export const encodeText = (text: string): Uint8Array =>
  Uint8Array.from(
    [...toPrintable(text)],
    (character) => encodeCharacter(character) ?? REPLACEMENT_BYTE,
  );
