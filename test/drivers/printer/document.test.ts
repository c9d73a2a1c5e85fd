/** Whatever stands in a document, the printer finds in it only what a document may say. */

import { concatBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { encodeQR } from 'qr';
import { describe, expect, test } from 'vitest';
import { makeCheckpoints } from '#drivers/printer/checkpoints.ts';
import { parseCommand } from '#drivers/printer/emulator/esc-pos-parser.ts';
import { scanRealTime } from '#drivers/printer/emulator/real-time.ts';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import { encodeDocument } from '#drivers/printer/encoder.ts';
import { PRINTER_MODELS, type PrinterModelName } from '#drivers/printer/profiles.ts';
import { qrModulesAcross } from '#drivers/printer/qr-size.ts';
import { rasterBands, withoutRealTime } from '#drivers/printer/raster.ts';
import type { PaperElement } from '#hal/receipt-printer.ts';
import { pixelsOf } from './read-qr.ts';
import { makePrinterRig } from './rig.ts';

const SEED = 1906;
const MODELS = Object.keys(PRINTER_MODELS) as readonly PrinterModelName[];
/** What a document may make a printer do. Nothing that asks, cancels, pulses a drawer or sets it up anew. */
const ALLOWED: ReadonlySet<string> = new Set([
  'initialise',
  'codeTable',
  'motionUnits',
  'lineSpacing',
  'statusBack',
  'ignored 1b5200',
  'ignored 1d286b0400314132',
  'text',
  'lineFeed',
  'align',
  'emphasis',
  'size',
  'qrModuleSize',
  'qrCorrection',
  'qrStore',
  'qrPrint',
  'raster',
  'processId',
  'transmitSensor',
]);

/** Bytes that spell commands, more often than chance would have them. */
const spelling = fc.constantFrom(
  [0x10, 0x04, 0x01],
  [0x10, 0x05, 0x02],
  [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08],
  [0x10, 0x14, 0x01, 0x00, 0x01],
  [0x1b, 0x40],
  [0x1d, 0x56, 0x41, 0x00],
  [0x1d, 0x72, 0x01],
  [0x10],
);
const bytes = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: spelling },
      fc.nat(255).map((byte) => [byte]),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.flat());
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  bytes.map((codes) => String.fromCharCode(...codes)),
);
const rasters: fc.Arbitrary<PaperElement> = fc
  .record({
    widthBytes: fc.integer({ min: 1, max: 45 }),
    height: fc.integer({ min: 1, max: 60 }),
    data: bytes,
  })
  .map(({ widthBytes, height, data }) => ({
    kind: 'raster' as const,
    widthDots: widthBytes * 8,
    rows: Uint8Array.from(
      { length: widthBytes * height },
      (_, at) => data[at % Math.max(1, data.length)] ?? 0,
    ),
  }));
const elements: fc.Arbitrary<PaperElement> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text: texts,
    align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const),
    bold: fc.boolean(),
    size: fc.constantFrom(1 as const, 2 as const),
  }),
  fc.constant({ kind: 'rule' as const }),
  fc.record({ kind: fc.constant('feed' as const), lines: fc.nat(5) }),
  fc.record({
    kind: fc.constant('qr' as const),
    text: texts.map((text) => `Q${text}`),
    moduleDots: fc.integer({ min: 3, max: 16 }),
    correction: fc.constantFrom('L' as const, 'M' as const, 'Q' as const, 'H' as const),
  }),
  rasters,
);

const commandsOf = (stream: Uint8Array): readonly string[] => {
  const names: string[] = [];
  for (let at = 0; at < stream.length; ) {
    const parsed = parseCommand(stream, at);
    if (parsed === null) return [...names, 'incomplete'];
    const { command } = parsed;
    const hex = command.kind === 'ignored' ? Buffer.from(command.bytes).toString('hex') : '';
    names.push(command.kind === 'ignored' ? `ignored ${hex.slice(0, 16)}` : command.kind);
    at = parsed.next;
  }
  return names;
};

const realTimeIn = (stream: Uint8Array): number => {
  let held: readonly number[] = [];
  let count = 0;
  for (const byte of stream) {
    const scan = scanRealTime(held, byte);
    held = scan.held;
    if (scan.command !== null) count++;
  }
  return count;
};

describe('data never becomes a command', () => {
  test.each(MODELS)('any document, on the printer %s', (name) => {
    const model = PRINTER_MODELS[name];
    fc.assert(
      fc.property(fc.array(elements, { maxLength: 12 }), (row) => {
        const checkpoints = makeCheckpoints(model.confirms, 7);
        const stream = concatBytes(
          ...encodeDocument({ name: 'any', elements: row }, model, checkpoints),
        );
        expect(realTimeIn(stream)).toBe(0);
        expect(commandsOf(stream).filter((command) => !ALLOWED.has(command))).toEqual([]);
        const asked = commandsOf(stream).filter(
          (command) => command === 'processId' || command === 'transmitSensor',
        );
        expect(asked).toHaveLength(checkpoints.count());
      }),
      { seed: SEED, numRuns: 120 },
    );
  });

  test('not even the first bytes of a real-time command stand in a picture, and no other dot differs', () => {
    fc.assert(
      fc.property(bytes, (codes) => {
        const data = Uint8Array.from(codes);
        const safe = withoutRealTime(data);
        for (const [at, byte] of safe.entries()) {
          const next = safe[at + 1] ?? 0;
          expect(byte === 0x10 && [0x04, 0x05, 0x14].includes(next)).toBe(false);
          expect([data[at], (data[at] ?? 0) | 0x08]).toContain(byte);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('on the wire too: a picture full of status requests is printed and none is answered', async () => {
    const rig = makePrinterRig();
    await rig.run(rig.printer.start());
    const rows = Uint8Array.from({ length: 48 * 72 }, (_, at) => [0x10, 0x04, 0x01][at % 3] ?? 0);
    const answers: number[] = [];
    rig.wire.host.onBytes((chunk) => answers.push(...chunk));
    const logo = { kind: 'raster', widthDots: 576, rows } as const;
    expect((await rig.run(rig.printer.print({ name: 'logo', elements: [logo] }))).value.ok).toBe(
      true,
    );
    // Four answers of the question before, four of the one after, and the two checkpoints' seven bytes.
    expect(answers.filter((byte) => (byte & 0x93) === 0x12)).toHaveLength(8);
    expect(rig.emulator.hanging()?.lengthMm).toBe(24);
  });
});

describe('a logo', () => {
  test('stands on the paper dot for dot, where it was put', async () => {
    const rig = makePrinterRig();
    await rig.run(rig.printer.start());
    // A frame of 80 x 50 dots with a diagonal.
    const rows = new Uint8Array(10 * 50);
    const set = (x: number, y: number): void => {
      rows[y * 10 + (x >> 3)] = (rows[y * 10 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    };
    for (let x = 0; x < 80; x++) for (const y of [0, 49]) set(x, y);
    for (let y = 0; y < 50; y++) for (const x of [0, 79, y]) set(x, y);
    const logo = { kind: 'raster', widthDots: 80, rows, align: 'centre' } as const;
    await rig.run(rig.printer.print({ name: 'logo', elements: [logo] }));
    await rig.run(rig.printer.cut());
    const [piece] = rig.emulator.takePapers();
    const image = await pixelsOf(await renderPng(piece!));
    const dark = (x: number, y: number): boolean =>
      (image.data[((y + 24) * image.width + x + 16 + 248) * 4] ?? 255) < 128;
    for (let y = 0; y < 50; y++) {
      for (let x = 0; x < 80; x++) {
        const ink = ((rows[y * 10 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
        if (dark(x, y) !== ink) throw new Error(`dot ${x}, ${y}`);
      }
    }
  });

  test.each([
    [{ widthDots: 577, rows: new Uint8Array(73) }],
    [{ widthDots: 16, rows: new Uint8Array(3) }],
    [{ widthDots: 0, rows: new Uint8Array(0) }],
    [{ widthDots: 8, rows: new Uint8Array(2_401) }],
  ])('that is none is a bug: %j', (picture) => {
    expect(() => rasterBands(picture, 576)).toThrow(RangeError);
  });
});

describe('each printer', () => {
  test.each(MODELS)(
    '%s: full lines, rules and all of Spanish, confirmed by the printer',
    async (name) => {
      const model = PRINTER_MODELS[name];
      const { widthDots, dotsPerInch } = model;
      const rig = makePrinterRig({ widthDots, dotsPerInch }, model);
      await rig.run(rig.printer.start());
      expect(rig.printer.profile()).toEqual({ widthDots, dotsPerInch, columns: model.columns });
      const spanish = 'áéíóúüñÁÉÍÓÚÜÑ¿¡ºª«»';
      const line = 'x'.repeat(model.columns);
      const printed = await rig.run(
        rig.printer.print({
          name: 'test',
          elements: [
            { kind: 'text', text: line },
            { kind: 'rule' },
            { kind: 'text', text: spanish },
            { kind: 'qr', text: 'URNA1 1/1 abc', moduleDots: 4, correction: 'M' },
          ],
        }),
      );
      expect(printed.value.ok).toBe(true);
      const lines = renderText(rig.emulator.hanging()!).split('\n');
      expect(lines[0]).toBe(line);
      expect(lines[1]).toBe('─'.repeat(model.columns));
      expect(lines[2]).toBe(spanish);
      expect(lines[3]).toBe('[QR URNA1 1/1 abc]');
      // 3 lines of 28 dots and the symbol, in this printer's dots, and what hangs before the blade.
      const wantedMm = 18 + ((3 * 28 + 21 * 4) / dotsPerInch) * 25.4;
      expect(Math.abs((rig.emulator.hanging()?.lengthMm ?? 0) - wantedMm)).toBeLessThan(0.1);
    },
  );
});

test('the size of a QR symbol is foretold as another encoder makes it', () => {
  const levels = [
    ['L', 'low'],
    ['M', 'medium'],
    ['Q', 'quartile'],
    ['H', 'high'],
  ] as const;
  for (const [level, ecc] of levels) {
    for (let bytes = 1; bytes <= 1_264; bytes += 13) {
      const rows = encodeQR('x'.repeat(bytes), 'raw', { ecc, border: 1 });
      expect([bytes, level, qrModulesAcross(bytes, level)]).toEqual([
        bytes,
        level,
        rows.length - 2,
      ]);
    }
  }
  expect(qrModulesAcross(3_000, 'L')).toBeNull();
});
