/**
 * How long the ESC/POS commands are that have a fixed length, by their second byte. Epson ESC/POS Command
 * Reference. A parser that knows a command by its length alone can leave it out without losing its place.
 */

/** Parameter bytes of commands with a fixed length, by their second byte. */
export const ESC_PARAMETERS: Readonly<Record<number, number>> = {
  32: 1,
  33: 1,
  36: 2,
  37: 1,
  45: 1,
  50: 0,
  51: 1,
  52: 0,
  53: 0,
  60: 0,
  61: 1,
  63: 1,
  64: 0,
  69: 1,
  71: 1,
  74: 1,
  75: 1,
  76: 0,
  77: 1,
  82: 1,
  83: 0,
  84: 1,
  85: 1,
  86: 1,
  87: 8,
  92: 2,
  97: 1,
  99: 2,
  100: 1,
  101: 1,
  105: 0,
  109: 0,
  112: 3,
  114: 1,
  116: 1,
  117: 1,
  118: 0,
  123: 1,
};
export const GS_PARAMETERS: Readonly<Record<number, number>> = {
  33: 1,
  36: 2,
  47: 1,
  58: 0,
  66: 1,
  72: 1,
  73: 1,
  76: 2,
  80: 2,
  84: 1,
  87: 2,
  92: 2,
  94: 3,
  97: 1,
  98: 1,
  102: 1,
  104: 1,
  114: 1,
  119: 1,
  122: 3,
};
export const FS_PARAMETERS: Readonly<Record<number, number>> = {
  33: 1,
  38: 0,
  45: 1,
  46: 0,
  67: 1,
  83: 2,
  87: 1,
  112: 2,
};
/** DLE EOT, DLE ENQ; DLE DC4 by its function. Obeyed on arrival, so nothing is left to do in order. */
export const DLE_PARAMETERS: Readonly<Record<number, number>> = { 4: 1, 5: 1 };
export const DLE_DC4 = 0x14;
export const DLE_DC4_PARAMETERS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 7: 1, 8: 7 };
