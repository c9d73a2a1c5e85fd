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

/**
 * Report descriptors read out of panels that are sold, as the tests of the Linux kernel's hid-multitouch
 * list them (tools/testing/selftests/hid/tests/test_multitouch.py; the HUION in its HID-BPF sources).
 * eGalax 0eef:7224: one contact a report, no count, a pen-like second collection, a mouse, vendor pages.
 */
export const EGALAX_7224 = `
  05 0d 09 04 a1 01 85 04 09 22 a1 00 09 42 15 00 25 01 75 01 95 01 81 02 09 32 15 00 25 01 81 02
  09 51 75 05 95 01 16 00 00 26 10 00 81 02 09 47 75 01 95 01 15 00 25 01 81 02
  05 01 09 30 75 10 95 01 55 0d 65 33 35 00 46 34 49 26 ff 7f 81 02
  09 31 75 10 95 01 55 0d 65 33 35 00 46 37 29 26 ff 7f 81 02
  05 0d 09 55 25 08 75 08 95 01 b1 02 c0 c0
  05 01 09 01 a1 01 85 01 09 01 a1 00 05 09 19 01 29 02 15 00 25 01 95 02 75 01 81 02 95 01 75 06 81 01
  05 01 09 30 09 31 16 00 00 26 ff 0f 36 00 00 46 ff 0f 66 00 00 75 10 95 02 81 02 c0 c0
  06 00 ff 09 01 a1 01 09 01 15 00 26 ff 00 85 03 75 08 95 3f 81 02
  06 00 ff 09 01 15 00 26 ff 00 75 08 95 3f 91 02 c0
  05 0d 09 04 a1 01 85 02 09 20 a1 00 09 42 09 32 15 00 25 01 95 02 75 01 81 02 95 06 75 01 81 03
  05 01 09 30 75 10 95 01 a4 55 0d 65 33 36 00 00 46 34 49 16 00 00 26 ff 0f 81 02
  09 31 16 00 00 26 ff 0f 36 00 00 46 37 29 81 02 b4 c0 c0
  05 0d 09 0e a1 01 85 05 09 22 a1 00 09 52 09 53 15 00 25 0a 75 08 95 02 b1 02 c0 c0`;

/** 2219:044c: two contacts and a count in one report, a mouse beside it. */
export const TWO_CONTACTS_2219_044C = `
  05 0d 09 04 a1 01 85 01 09 22 a1 02 09 42 15 00 25 01 75 01 95 01 81 02 09 32 81 02 09 47 81 02
  95 05 81 03 75 08 09 51 95 01 81 02
  05 01 26 ff 7f 75 10 55 00 65 00 09 30 35 00 46 00 00 81 02 09 31 46 00 00 81 02 c0
  a1 02 05 0d 09 42 15 00 25 01 75 01 95 01 81 02 09 32 81 02 09 47 81 02 95 05 81 03
  75 08 09 51 95 01 81 02
  05 01 26 ff 7f 75 10 55 00 65 00 09 30 35 00 46 00 00 81 02 09 31 46 00 00 81 02 c0
  05 0d 09 54 95 01 75 08 15 00 25 08 81 02 09 55 b1 02 c0
  09 0e a1 01 85 02 09 23 a1 02 09 52 09 53 15 00 25 0a 75 08 95 02 b1 02 c0 c0
  05 01 09 02 a1 01 85 03 09 01 a1 00 05 09 19 01 29 03 15 00 25 01 95 03 75 01 81 02
  95 01 75 05 81 01 05 01 09 30 09 31 15 00 26 ff 7f 75 10 95 02 81 02
  05 01 09 38 15 81 25 7f 75 08 95 01 81 06 c0 c0`;

/**
 * HUION 256c:2008: a pen first, then two fingers whose places may be null, a scan time of 32 bits, a
 * count, and a keyboard.
 */
export const HUION_2008 = `
  05 0d 09 02 a1 01 85 0a 09 20 a1 01 09 42 09 44 09 43 09 3c 09 45 15 00 25 01 75 01 95 06 81 02
  09 32 75 01 95 01 81 02 81 03 05 01 09 30 09 31 55 0d 65 33 26 ff 7f 35 00 46 00 08 75 10 95 02 81 02
  05 0d 09 30 26 ff 3f 75 10 95 01 81 02 09 3d 09 3e 15 a6 25 5a 75 08 95 02 81 02 c0 c0
  05 0d 09 04 a1 01 85 04 09 22 a1 02 05 0d 95 01 75 06 09 51 15 00 25 3f 81 02 09 42 25 01 75 01 95 01
  81 02 75 01 95 01 81 03 05 01 75 10 55 0e 65 11 09 30 26 ff 7f 35 00 46 15 0c 81 42
  09 31 26 ff 7f 46 cb 06 81 42 05 0d 09 30 26 ff 1f 75 10 95 01 81 02 c0
  05 0d 09 22 a1 02 05 0d 95 01 75 06 09 51 15 00 25 3f 81 02 09 42 25 01 75 01 95 01
  81 02 75 01 95 01 81 03 05 01 75 10 55 0e 65 11 09 30 26 ff 7f 35 00 46 15 0c 81 42
  09 31 26 ff 7f 46 cb 06 81 42 05 0d 09 30 26 ff 1f 75 10 95 01 81 02 c0
  05 0d 09 56 55 00 65 00 27 ff ff ff 7f 95 01 75 20 81 02 09 54 25 7f 95 01 75 08 81 02
  75 08 95 08 81 03 85 05 09 55 25 0a 75 08 95 01 b1 02
  06 00 ff 09 c5 85 06 15 00 26 ff 00 75 08 96 00 01 b1 02 c0
  05 01 09 06 a1 01 85 03 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02
  05 07 19 00 29 ff 26 ff 00 75 08 95 06 81 00 c0`;

export const hidBytes = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
