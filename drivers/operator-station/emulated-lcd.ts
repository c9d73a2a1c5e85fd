/**
 * A 20x2 character display as the I2C bus sees it: a PCF8574 port expander whose pins drive an
 * HD44780 in four-bit mode. Bytes become edges of the enable line, edges become nibbles, nibbles
 * instructions and characters; `screen` is what a person reads on the glass.
 * Sources: PCF8574 datasheet; HD44780U datasheet, tables 4 and 6.
 */
import type { I2cDevice } from '../power/emulated-i2c.ts';
import { I2C } from '../power/pins.ts';
import { GLYPH_ROWS, glyphCharacter, LINE_ADDRESS, LINE_MEMORY, romCharacter } from './hd44780.ts';

/** Pins of the backpack: P0 RS, P1 R/W, P2 E, P3 backlight, P4-P7 D4-D7. */
const RS = 0x01;
const READ = 0x02;
const ENABLE = 0x04;
const BACKLIGHT = 0x08;

const DDRAM_BYTES = 0x80;
const CGRAM_BYTES = 64;

export type EmulatedLcd = I2cDevice & {
  /** The two lines as a person reads them, without trailing spaces; empty while it is dark. */
  screen(): readonly [string, string];
  lit(): boolean;
  /** Takes the display off the bus; plugged in again it starts as from power-on. */
  unplug(): void;
  plug(): void;
};

const poweredOn = () => ({
  ddram: new Uint8Array(DDRAM_BYTES).fill(0x20),
  cgram: new Uint8Array(CGRAM_BYTES),
  /** Where the next character goes. */
  memory: 'ddram' as 'ddram' | 'cgram',
  address: 0,
  step: 1,
  displayOn: false,
  fourBit: false,
  /** The first nibble of a byte in four-bit mode. */
  half: null as number | null,
});

export const emulateLcd = (columns = 20): EmulatedLcd => {
  let controller = poweredOn();
  let port = 0xff;
  let present = true;

  const advance = (): void => {
    const { memory, address, step } = controller;
    if (memory === 'cgram') {
      controller.address = (address + step) & (CGRAM_BYTES - 1);
      return;
    }
    const line = address >= LINE_ADDRESS[1] ? 1 : 0;
    const column = address - LINE_ADDRESS[line] + step;
    const wraps = column < 0 || column >= LINE_MEMORY;
    const next = wraps ? 1 - line : line;
    const wrapped = column < 0 ? LINE_MEMORY - 1 : wraps ? 0 : column;
    controller.address = (LINE_ADDRESS[next] ?? 0) + wrapped;
  };
  const write = (byte: number): void => {
    if (controller.memory === 'cgram') controller.cgram[controller.address] = byte & 0x1f;
    else controller.ddram[controller.address] = byte;
    advance();
  };
  const pointAt = (memory: 'ddram' | 'cgram', address: number): void => {
    controller.memory = memory;
    controller.address = address;
  };
  /** Table 6: the highest bit that is set names the instruction. */
  const instruct = (byte: number): void => {
    if (byte & 0x80) pointAt('ddram', byte & 0x7f);
    else if (byte & 0x40) pointAt('cgram', byte & 0x3f);
    else if (byte & 0x20) controller.fourBit = (byte & 0x10) === 0;
    else if (byte & 0x10) return;
    else if (byte & 0x08) controller.displayOn = (byte & 0x04) !== 0;
    else if (byte & 0x04) controller.step = byte & 0x02 ? 1 : -1;
    else if (byte & 0x02) pointAt('ddram', 0);
    else if (byte & 0x01) {
      controller.ddram.fill(0x20);
      controller.step = 1;
      pointAt('ddram', 0);
    }
  };
  /** Falling edge of E: the controller takes what is on its lines. */
  const latch = (lines: number): void => {
    if (lines & READ) return;
    const nibble = lines >> 4;
    const isData = (lines & RS) !== 0;
    if (!controller.fourBit) {
      // Only D4-D7 are wired: the lower half of an eight-bit instruction reads as zero.
      if (isData) write(nibble << 4);
      else instruct(nibble << 4);
      return;
    }
    if (controller.half === null) {
      controller.half = nibble;
      return;
    }
    const byte = (controller.half << 4) | nibble;
    controller.half = null;
    if (isData) write(byte);
    else instruct(byte);
  };

  const character = (code: number): string => {
    if (code >= 0x10) return romCharacter(code);
    const from = (code & 7) * GLYPH_ROWS;
    return glyphCharacter([...controller.cgram.subarray(from, from + GLYPH_ROWS)]);
  };
  const line = (index: 0 | 1): string => {
    if (!present || !controller.displayOn) return '';
    const from = LINE_ADDRESS[index];
    const codes = controller.ddram.subarray(from, from + columns);
    return Array.from(codes, character).join('').trimEnd();
  };

  return {
    address: I2C.display,
    present: () => present,
    write: (bytes) => {
      for (const byte of bytes) {
        if (port & ENABLE && !(byte & ENABLE)) latch(byte);
        port = byte;
      }
    },
    read: (count) => Array.from({ length: count }, () => port),
    screen: () => [line(0), line(1)],
    lit: () => present && (port & BACKLIGHT) !== 0,
    unplug: () => {
      present = false;
    },
    plug: () => {
      if (present) return;
      present = true;
      controller = poweredOn();
      port = 0xff;
    },
  };
};
