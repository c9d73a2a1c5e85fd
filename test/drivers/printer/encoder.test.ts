import { concatBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCheckpoints } from '#drivers/printer/checkpoints.ts';
import { toPrintable } from '#drivers/printer/code-page.ts';
import {
  CLEAR_BUFFERS,
  emphasis,
  feedAndCut,
  qrSymbol,
  RECOVER_AND_CLEAR,
  realTimeStatus,
  SENSOR_REQUEST,
} from '#drivers/printer/commands.ts';
import { type EscPosCommand, parseCommand } from '#drivers/printer/emulator/esc-pos-parser.ts';
import { scanRealTime } from '#drivers/printer/emulator/real-time.ts';
import { encodeDocument } from '#drivers/printer/encoder.ts';
import { PRINTER_MODELS, type PrinterModel } from '#drivers/printer/profiles.ts';
import type { PaperElement } from '#hal/receipt-printer.ts';
import vectors from '#test/vectors/escpos-status.json' with { type: 'json' };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const vector = (name: string): string => {
  const found = vectors.commands.find((command) => command.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found.hex;
};
const encodeFor = (model: PrinterModel, ...elements: PaperElement[]): Uint8Array =>
  concatBytes(
    ...encodeDocument({ name: 'test', elements }, model, makeCheckpoints(model.confirms, 1)),
  );
const encode = (...elements: PaperElement[]): Uint8Array =>
  encodeFor(PRINTER_MODELS['80mm-203dpi'], ...elements);

const parseAll = (bytes: Uint8Array): readonly EscPosCommand[] => {
  const commands: EscPosCommand[] = [];
  for (let at = 0; at < bytes.length; ) {
    const parsed = parseCommand(bytes, at);
    if (parsed === null) throw new Error(`incomplete at ${at}`);
    commands.push(parsed.command);
    at = parsed.next;
  }
  return commands;
};

const realTimeIn = (bytes: Uint8Array): number => {
  let held: readonly number[] = [];
  let count = 0;
  for (const byte of bytes) {
    const scan = scanRealTime(held, byte);
    held = scan.held;
    if (scan.command !== null) count++;
  }
  return count;
};

const textOf = (bytes: Uint8Array): string =>
  parseAll(bytes)
    .map((command) =>
      command.kind === 'text' ? Buffer.from(command.bytes).toString('latin1') : '',
    )
    .join('');

/** Set up: ESC @, code table, ASCII set, status back, motion units, line spacing. */
const PREAMBLE = `${vector('ESC @')}${vector('ESC t 19')}1b52001d610e1d50cbcb1b331c`;
/** The checkpoints of operation 1: process IDs 20 21 20 20, 20 21 20 21, … */
const checkpoint = (index: number): string => `1d2848060030302021202${index}`;

describe('paper document to ESC/POS', () => {
  test('our own commands are those of the manual', () => {
    expect(hex(emphasis(true))).toBe(vector('ESC E 1'));
    expect(hex(feedAndCut(0))).toBe(vector('GS V 65 0'));
    expect(hex(SENSOR_REQUEST)).toBe(vector('GS r 1'));
    expect(hex(realTimeStatus(4))).toBe(vector('DLE EOT 4'));
    expect(hex(RECOVER_AND_CLEAR)).toBe(vector('DLE ENQ 2'));
    expect(hex(CLEAR_BUFFERS)).toBe(vector('DLE DC4 fn 8'));
    expect(hex(qrSymbol('AB', 4, 'M'))).toBe(
      [
        'GS ( k 165, model 2',
        'GS ( k 167, 4 dots',
        'GS ( k 169, level M',
        'GS ( k 180, store AB',
        'GS ( k 181, print',
      ]
        .map(vector)
        .join(''),
    );
  });

  test('text with each style, in exactly these bytes', () => {
    expect(hex(encode({ kind: 'text', text: 'Ñu' }))).toBe(
      `${PREAMBLE}a5750a${checkpoint(0)}${checkpoint(1)}`,
    );
    expect(hex(encode({ kind: 'text', text: 'A', align: 'centre', bold: true, size: 2 }))).toBe(
      `${PREAMBLE}${vector('ESC a 1')}${vector('ESC E 1')}${vector('GS ! 11h (2 x 2)')}410a${checkpoint(0)}1b61001b45001d2100${checkpoint(1)}`,
    );
  });

  test('a rule fills the columns, a feed sends line feeds', () => {
    expect(hex(encode({ kind: 'rule' }, { kind: 'feed', lines: 3 }))).toBe(
      `${PREAMBLE}${'c4'.repeat(48)}0a${checkpoint(0)}0a0a0a${checkpoint(1)}`,
    );
  });

  test('a checkpoint stands behind the first ink, every 16 elements and the end', () => {
    const lines = Array.from({ length: 40 }, () => ({ kind: 'text' as const, text: 'x' }));
    const elements: PaperElement[] = [
      { kind: 'feed', lines: 2 },
      { kind: 'text', text: '  ' },
      ...lines,
    ];
    const kinds = parseAll(encode(...elements)).map((command) => command.kind);
    const texts = kinds.filter((kind) => kind === 'text' || kind === 'processId');
    const places = texts.flatMap((kind, index) => (kind === 'processId' ? [index] : []));
    // Places in the row of texts and checkpoints themselves.
    expect(places).toEqual([2, 16, 33, 44]);
    expect(kinds.at(-1)).toBe('processId');
    const plain = PRINTER_MODELS['80mm-203dpi-plain'];
    expect(
      parseAll(encodeFor(plain, ...elements)).filter(({ kind }) => kind === 'transmitSensor'),
    ).toHaveLength(4);
  });

  test('the same document gives the same bytes, at once', () => {
    const document: PaperElement[] = [
      { kind: 'text', text: 'Acta' },
      { kind: 'qr', text: 'URNA1 1/1 x', moduleDots: 4, correction: 'M' },
    ];
    expect(hex(encode(...document))).toBe(hex(encode(...document)));
  });

  test.each([
    '\u001b@',
    '\u001d(k\u0003\u00001Q0',
    '\u0010\u0004\u0001',
    '\u0010\u0005\u0002',
    'línea\r\notra',
    '\u0000\u0007\u0018',
    '\u009b31m',
  ])('a name with a command in it prints as text: %j', (name) => {
    const bytes = encode({ kind: 'text', text: name });
    const empty = parseAll(encode()).map((command) => command.kind);
    expect(parseAll(bytes).map((command) => command.kind)).toEqual([
      ...empty.slice(0, -1),
      'text',
      'lineFeed',
      'processId',
      'processId',
    ]);
    expect(realTimeIn(bytes)).toBe(0);
  });

  test('whatever the text, nothing of it is a command, and it prints as replaced', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (text, bold) => {
        const bytes = encode({ kind: 'text', text, bold });
        expect(realTimeIn(bytes)).toBe(0);
        const kinds = new Set(parseAll(bytes).map((command) => command.kind));
        const plain = encode({ kind: 'text', text: 'x', bold });
        const allowed = new Set(parseAll(plain).map((command) => command.kind));
        expect([...kinds].filter((kind) => !allowed.has(kind))).toEqual([]);
        expect([...textOf(bytes)].length).toBe([...toPrintable(text)].length);
      }),
      { seed: 27, numRuns: 150 },
    );
  });

  test('QR data can not carry a real-time command, and is bounded', () => {
    const bytes = qrSymbol('a\u0010\u0004\u0001b', 4, 'M');
    expect(realTimeIn(bytes)).toBe(0);
    expect(Buffer.from(bytes).includes('a???b')).toBe(true);
    expect(() => qrSymbol('x'.repeat(1265), 4, 'M')).toThrow(RangeError);
    expect(() => qrSymbol('', 4, 'M')).toThrow(RangeError);
    expect(() => qrSymbol('x', 0, 'M')).toThrow(RangeError);
  });

  test('a document without end is refused', () => {
    const line = { kind: 'text', text: 'x'.repeat(48) } as const;
    expect(() => encode(...Array.from({ length: 1400 }, () => line))).toThrow(RangeError);
  });
});
