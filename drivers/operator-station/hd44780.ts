/**
 * Text on an HD44780 display with the Japanese character ROM (A00, the one most modules carry): which
 * code shows which character. Source: Hitachi HD44780U datasheet, table 4 (ROM code A00) and "CGRAM".
 *
 * A00 has ñ and ü but no accented vowels. The eight characters that can be defined hold á é í ó ú Ñ ¿ ¡,
 * which leaves Spanish legible as it is written; other accents fall to their plain letter.
 */

/** Instructions, datasheet table 6. */
export const INSTRUCTION = {
  clear: 0x01,
  /** Move right after each character, do not shift the display. */
  entryMode: 0x06,
  /** Display on, no cursor, no blinking. */
  displayOn: 0x0c,
  /** Four data lines, two lines of text, 5x8 dots. */
  functionSet: 0x28,
  setCgramAddress: 0x40,
  setDdramAddress: 0x80,
} as const;

/** DDRAM addresses at which the two lines begin, and characters a line has in memory. */
export const LINE_ADDRESS = [0x00, 0x40] as const;
export const LINE_MEMORY = 40;

/** Rows of a character's picture, five dots each, the leftmost is bit 4. */
export const GLYPH_ROWS = 8;

/** What the eight definable characters hold; their code is their place. */
export const GLYPHS: readonly { readonly character: string; readonly rows: readonly number[] }[] = [
  { character: 'á', rows: [0x02, 0x04, 0x0e, 0x01, 0x0f, 0x11, 0x0f, 0x00] },
  { character: 'é', rows: [0x02, 0x04, 0x0e, 0x11, 0x1f, 0x10, 0x0e, 0x00] },
  { character: 'í', rows: [0x02, 0x04, 0x00, 0x0c, 0x04, 0x04, 0x0e, 0x00] },
  { character: 'ó', rows: [0x02, 0x04, 0x0e, 0x11, 0x11, 0x11, 0x0e, 0x00] },
  { character: 'ú', rows: [0x02, 0x04, 0x11, 0x11, 0x11, 0x13, 0x0d, 0x00] },
  { character: 'Ñ', rows: [0x0d, 0x12, 0x11, 0x19, 0x15, 0x13, 0x11, 0x00] },
  { character: '¿', rows: [0x04, 0x00, 0x04, 0x08, 0x10, 0x11, 0x0e, 0x00] },
  { character: '¡', rows: [0x04, 0x00, 0x04, 0x04, 0x04, 0x04, 0x04, 0x00] },
];

/** Codes of the ROM outside ASCII that are used here. */
const ROM: ReadonlyMap<string, number> = new Map([
  ['→', 0x7e],
  ['←', 0x7f],
  ['·', 0xa5],
  ['°', 0xdf],
  ['ä', 0xe1],
  ['ñ', 0xee],
  ['ö', 0xef],
  ['ü', 0xf5],
  ['█', 0xff],
]);

/** Characters that A00 does not have (at 5C and 7E it shows others), and what stands for them. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['\\', '/'],
  ['~', '-'],
  ['–', '-'],
  ['—', '-'],
  ['…', '.'],
  ['«', '"'],
  ['»', '"'],
  ['“', '"'],
  ['”', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['º', 'o'],
  ['ª', 'a'],
]);

const SPACE = 0x20;
const UNKNOWN = 0x3f;
const LAST_ASCII = 0x7d;
const YEN = 0x5c;

const isRomAscii = (code: number): boolean => code >= SPACE && code <= LAST_ASCII && code !== YEN;

/** The code of one character; what cannot be shown in any way is a question mark. */
const codeOf = (character: string): number => {
  const glyph = GLYPHS.findIndex((each) => each.character === character);
  if (glyph >= 0) return glyph;
  const rom = ROM.get(character);
  if (rom !== undefined) return rom;
  const plain = STAND_INS.get(character) ?? character.normalize('NFD').charAt(0);
  const code = plain.charCodeAt(0);
  return isRomAscii(code) ? code : UNKNOWN;
};

/** A line of text as codes: cut or padded with spaces to `columns`. Control characters become "?". */
export const encodeLine = (text: string, columns: number): Uint8Array => {
  const codes = new Uint8Array(columns).fill(SPACE);
  let at = 0;
  for (const character of text.normalize('NFC')) {
    if (at === columns) break;
    codes[at] = codeOf(character);
    at += 1;
  }
  return codes;
};

const CHARACTER_OF_ROM = new Map([...ROM].map(([character, code]) => [code, character]));

/** What a person sees for a code of the ROM (not of a definable character). */
export const romCharacter = (code: number): string => {
  if (isRomAscii(code)) return String.fromCharCode(code);
  if (code === YEN) return '¥';
  return CHARACTER_OF_ROM.get(code) ?? '\u25af';
};

/** What a person makes of a defined picture: the character drawn, or an unknown sign. */
export const glyphCharacter = (rows: readonly number[]): string =>
  GLYPHS.find((glyph) => glyph.rows.every((row, index) => row === rows[index]))?.character ??
  (rows.every((row) => row === 0) ? ' ' : '\u25af');
