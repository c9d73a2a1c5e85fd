/**
 * The printer's character tables as data: the three of ESC/POS that have every letter of Spanish. The
 * encoder and the emulator share them; test/vectors/escpos-cp858.json and Python's codecs
 * (test/peers/code-pages.test.ts) pin them.
 */

export type CodePage = {
  /** ESC t n selects it. Epson ESC/POS Command Reference, "Character code tables". */
  readonly table: number;
  /** The characters of bytes 80h to FFh, in order; a space-like NUL where there is none. */
  readonly upper: string;
  /** As `iconv` knows it. */
  readonly encoding: string;
  /** What a character outside the table is printed as: nobody takes it for a letter. */
  readonly replacement: string;
  /** A rule is a line of these. */
  readonly rule: string;
};

/** Stands for a byte that prints nothing. */
const NONE = '\0';

const CP858_UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ' +
  'áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
  '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀' +
  'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** Windows 1252: five bytes have no character, the upper six rows are those of ISO 8859-1. */
const WINDOWS_1252_UPPER =
  `€${NONE}‚ƒ„…†‡ˆ‰Š‹Œ${NONE}Ž${NONE}${NONE}‘’“”•–—˜™š›œ${NONE}žŸ` +
  Array.from({ length: 96 }, (_, index) => String.fromCharCode(0xa0 + index)).join('');

export const CODE_PAGES = {
  /** Latin 1 with box characters and the euro sign: the one to prefer. */
  cp858: {
    table: 19,
    upper: CP858_UPPER,
    encoding: 'CP858',
    replacement: '■',
    rule: '─',
  },
  /** The same with a dotless i in place of the euro sign: on older printers. */
  cp850: {
    table: 2,
    upper: CP858_UPPER.replace('€', 'ı'),
    encoding: 'CP850',
    replacement: '■',
    rule: '─',
  },
  windows1252: {
    table: 16,
    upper: WINDOWS_1252_UPPER,
    encoding: 'windows-1252',
    replacement: '¤',
    rule: '-',
  },
} as const satisfies Readonly<Record<string, CodePage>>;

export type CodePageName = keyof typeof CODE_PAGES;

const SOFT_HYPHEN = '\u00ad';
const isPrintableAscii = (code: number): boolean => code >= 0x20 && code <= 0x7e;

const mapOf = (page: CodePage): ReadonlyMap<string, number> =>
  new Map(
    [...page.upper]
      .map((character, index) => [character, 0x80 + index] as const)
      // A soft hyphen may print or not: no two papers should differ by an invisible character.
      .filter(([character]) => character !== SOFT_HYPHEN && character !== NONE),
  );
const maps = new WeakMap<CodePage, ReadonlyMap<string, number>>();
const bytesOf = (page: CodePage): ReadonlyMap<string, number> => {
  const known = maps.get(page) ?? mapOf(page);
  maps.set(page, known);
  return known;
};

/** The byte of one character (one code point); null when the page lacks it. */
export const encodeCharacter = (character: string, page: CodePage): number | null => {
  const code = character.codePointAt(0) ?? 0;
  if (isPrintableAscii(code)) return code;
  return bytesOf(page).get(character) ?? null;
};

/** The character a byte prints; null for a control byte, and for one that the page leaves out. */
export const decodeByte = (byte: number, page: CodePage = CODE_PAGES.cp858): string | null => {
  if (byte < 0x80) return isPrintableAscii(byte) ? String.fromCharCode(byte) : null;
  const character = page.upper[byte - 0x80];
  return character === undefined || character === NONE ? null : character;
};

/**
 * Text as the page can print it: composed (NFC), and every character it lacks, control characters and
 * line ends among them, replaced one for one. Nothing of the result is a command.
 */
export const toPrintable = (text: string, page: CodePage = CODE_PAGES.cp858): string => {
  let out = '';
  for (const character of text.normalize('NFC')) {
    out += encodeCharacter(character, page) === null ? page.replacement : character;
  }
  return out;
};

/** One byte a character of `toPrintable(text)`. */
export const encodeText = (text: string, page: CodePage = CODE_PAGES.cp858): Uint8Array =>
  Uint8Array.from(
    [...toPrintable(text, page)],
    (character) => encodeCharacter(character, page) ?? 0x3f,
  );
