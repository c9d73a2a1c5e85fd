/** Report descriptors that others wrote down, to pin the parser. Hex, one line an idea. */

/** "Device Class Definition for HID" 1.11, appendix E.10: the report descriptor of the sample mouse. */
export const MOUSE_E10 = `
  05 01 09 02 A1 01 09 01 A1 00
  05 09 19 01 29 03 15 00 25 01 95 03 75 01 81 02
  95 01 75 05 81 01
  05 01 09 30 09 31 15 81 25 7F 75 08 95 02 81 06
  C0 C0`;

/** The same, appendix B.1: boot keyboard, with an array field. */
export const KEYBOARD_B1 = `
  05 01 09 06 A1 01
  05 07 19 E0 29 E7 15 00 25 01 75 01 95 08 81 02
  95 01 75 08 81 01
  95 05 75 01 05 08 19 01 29 05 91 02
  95 01 75 03 91 01
  95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00
  C0`;

/**
 * A two-finger touch screen with a configuration and a mouse beside it: the descriptor in Microsoft's
 * driver sample "Elotouch.c", with report ids 1 (touch), 2 (count), 3 (configuration), 4 (mouse).
 */
export const TWO_FINGER_SCREEN = `
  05 0D 09 04 A1 01 85 01
  09 22 A1 02 09 42 15 00 25 01 75 01 95 01 81 02 09 32 81 02 95 06 81 03
    75 08 09 51 95 01 81 02
    05 01 26 FF 0F 75 10 55 0E 65 33 09 30 35 00 46 B5 04 81 02 46 8A 03 09 31 81 02 C0
  A1 02 05 0D 09 42 15 00 25 01 75 01 95 01 81 02 09 32 81 02 95 06 81 03
    75 08 09 51 95 01 81 02
    05 01 26 FF 0F 75 10 55 0E 65 33 09 30 35 00 46 B5 04 81 02 46 8A 03 09 31 81 02 C0
  05 0D 09 54 95 01 75 08 81 02
  85 02 09 55 25 02 B1 02 C0
  09 0E A1 01 85 03 09 22 A1 00 09 52 09 53 15 00 25 0A 75 08 95 02 B1 02 C0 C0
  05 01 09 02 A1 01 85 04 09 01 A1 00
    05 09 19 01 29 02 15 00 25 01 75 01 95 02 81 02 95 06 81 03
    05 01 09 30 09 31 75 10 95 02 15 00 26 FF 7F 81 02 C0 C0`;

export const hidBytes = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
