import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EscPosCommand, parseCommand } from '#drivers/printer/emulator/esc-pos-parser.ts';
import { scanRealTime } from '#drivers/printer/emulator/real-time.ts';

const parseHex = (hex: string): EscPosCommand | null =>
  parseCommand(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), 0)?.command ?? null;

describe('ESC/POS parser', () => {
  test.each([
    ['1b 40', { kind: 'initialise' }],
    ['1b 74 13', { kind: 'codeTable', table: 19 }],
    ['1b 61 31', { kind: 'align', align: 'centre' }],
    ['1b 45 ff', { kind: 'emphasis', on: true }],
    ['1b 21 38', { kind: 'printMode', bits: 0x38 }],
    ['1b 33 1e', { kind: 'lineSpacing', dots: 30 }],
    ['1b 32', { kind: 'lineSpacing', dots: null }],
    ['1b 64 05', { kind: 'feedLines', lines: 5 }],
    ['1b 4a 10', { kind: 'feedDots', dots: 16 }],
    ['1b 7b 01', { kind: 'upsideDown', on: true }],
    ['1d 21 11', { kind: 'size', width: 2, height: 2 }],
    ['1d 56 00', { kind: 'cut', feedDots: null }],
    ['1d 56 42 20', { kind: 'cut', feedDots: 32 }],
    ['1d 61 ff', { kind: 'statusBack', mask: 255 }],
    ['1d 72 31', { kind: 'transmitSensor', sensor: 1 }],
    ['1d 49 43', { kind: 'transmitId', id: 67 }],
    ['1d 28 6b 03 00 31 51 30', { kind: 'qrPrint' }],
  ] as const)('%s', (hex, command) => {
    expect(parseHex(hex)).toEqual(command);
  });

  test('a raster image takes exactly its data', () => {
    const bytes = Uint8Array.of(0x1d, 0x76, 0x30, 0, 2, 0, 2, 0, 1, 2, 3, 4, 0x41);
    const parsed = parseCommand(bytes, 0);
    expect(parsed?.next).toBe(12);
    expect(parsed?.command).toMatchObject({ kind: 'raster', widthBytes: 2, heightDots: 2 });
    expect(parseCommand(bytes.subarray(0, 11), 0)).toBeNull();
  });

  test('commands it knows by length only do not shift what follows', () => {
    for (const hex of [
      '1b 70 00 19 fa',
      '1b 3f 0a 00'.slice(0, 8),
      '1b 63 35 00',
      '1b 44 08 10 00',
      '1b 2a 21 01 00 aa bb cc',
      '1d 6b 04 31 32 00',
      '1d 6b 49 02 31 32',
      '1d 5c 00 00',
      '1c 2e',
      '1c 28 45 03 00 01 02 03',
      '10 04 01',
      '10 14 08 01 03 14 01 06 02 08',
    ]) {
      const bytes = Uint8Array.from(Buffer.from(`${hex.replaceAll(' ', '')}41`, 'hex'));
      const first = parseCommand(bytes, 0);
      expect(first?.command.kind, hex).toBe('ignored');
      expect(first?.next, hex).toBe(bytes.length - 1);
    }
  });

  test('any bytes are worked off, each command taking at least one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        let at = 0;
        for (let steps = 0; steps <= noise.length; steps++) {
          const parsed = parseCommand(noise, at);
          if (parsed === null) break;
          expect(parsed.next).toBeGreaterThan(at);
          expect(parsed.next).toBeLessThanOrEqual(noise.length);
          at = parsed.next;
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('an incomplete command is complete once its bytes are there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (noise) => {
        const whole = parseCommand(noise, 0);
        if (whole === null || whole.command.kind === 'text') return;
        for (let length = 1; length < whole.next; length++) {
          expect(parseCommand(noise.subarray(0, length), 0)).toBeNull();
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});

describe('real-time commands', () => {
  const scan = (hex: string): readonly string[] => {
    const found: string[] = [];
    let held: readonly number[] = [];
    for (const byte of Buffer.from(hex.replaceAll(' ', ''), 'hex')) {
      const step = scanRealTime(held, byte);
      held = step.held;
      expect(held.length).toBeLessThanOrEqual(9);
      if (step.command !== null) found.push(step.command.kind);
    }
    return found;
  };

  test('are found inside image data too, as the manual warns', () => {
    expect(scan('1d 76 30 00 03 00 01 00 10 04 01')).toEqual(['transmitStatus']);
  });
  test('are found after a false start', () => {
    expect(scan('10 10 04 02')).toEqual(['transmitStatus']);
    expect(scan('10 14 08 01 10 05 02')).toEqual(['recover']);
    expect(scan('10 04 09 10 05 01')).toEqual(['recover']);
  });
  test('need their exact form', () => {
    expect(scan('10 04 00 10 04 05 10 05 03 10 06')).toEqual([]);
    expect(scan('10 14 08 01 03 14 01 06 02 09')).toEqual([]);
    expect(scan('10 14 08 01 03 14 01 06 02 08')).toEqual(['clearBuffers']);
  });
});
