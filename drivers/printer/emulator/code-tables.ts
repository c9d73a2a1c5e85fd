/**
 * The character tables of the emulated printer: those that our encoder selects, and two more that other
 * programs use for Spanish and for ruled lines. Epson ESC/POS Command Reference, "Character code tables".
 */
import { CODE_PAGES, decodeByte } from '../code-page.ts';

/** Table 0, "PC437: USA, Standard Europe", bytes 80h to FFh. Pinned by Python's cp437. */
export const PC437_UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ' +
  'áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Table 1, "Katakana": its first two rows, 80h to 9Fh, are blocks and lines; the rest is not here. */
const KATAKANA_LINES = '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯';

/** What a character prints as that the table does not have. */
const BLOCK = '■';

const upperOf = (table: number): string => {
  switch (table) {
    case 0:
      return PC437_UPPER;
    case 1:
      return KATAKANA_LINES;
    default:
      return Object.values(CODE_PAGES).find((page) => page.table === table)?.upper ?? '';
  }
};

/** The character that `byte` prints while `table` is selected. */
export const printedCharacter = (byte: number, table: number): string => {
  if (byte < 0x80) return decodeByte(byte) ?? BLOCK;
  const character = upperOf(table)[byte - 0x80];
  return character === undefined || character === '\0' ? BLOCK : character;
};
