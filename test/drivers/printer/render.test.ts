import { describe, expect, test } from 'vitest';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import { PRINTER_MODELS } from '#drivers/printer/profiles.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { pixelsOf, readQr } from './read-qr.ts';
import { makePrinterRig } from './rig.ts';

const paperOf = async (elements: PaperDocument['elements']) => {
  const rig = makePrinterRig();
  await rig.run(rig.printer.start());
  expect((await rig.run(rig.printer.print({ name: 'test', elements }))).value.ok).toBe(true);
  expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
  const [piece] = rig.emulator.takePapers();
  if (piece === undefined) throw new Error('no paper came out');
  return piece;
};

describe('the picture of a paper', () => {
  test('text stands where the bytes put it', async () => {
    const piece = await paperOf([
      { kind: 'text', text: 'izquierda' },
      { kind: 'text', text: 'centro', align: 'centre' },
      { kind: 'text', text: 'derecha', align: 'right' },
      { kind: 'text', text: 'DOBLE', align: 'right', size: 2 },
    ]);
    expect(renderText(piece).split('\n')).toEqual([
      'izquierda',
      `${' '.repeat(21)}centro`,
      `${' '.repeat(41)}derecha`,
      `${' '.repeat(38)}DOBLE`,
      '',
    ]);
  });

  test('a name with escape codes, emoji and accents arrives as text', async () => {
    const piece = await paperOf([{ kind: 'text', text: 'Íñigo \u001bm😀 O\u0301scar' }]);
    expect(renderText(piece)).toBe('Íñigo ■m■ Óscar\n');
  });

  test.each([
    ['L', 4],
    ['M', 4],
    ['Q', 5],
    ['H', 6],
  ] as const)(
    'a QR symbol of level %s and %i dots is read by another reader',
    async (level, dots) => {
      const text = `201301006.01.1.0001!140,7,10,8,1,7!0!0 ${'x1'.repeat(60)}`;
      const piece = await paperOf([
        { kind: 'feed', lines: 2 },
        { kind: 'qr', text, moduleDots: dots, correction: level },
        { kind: 'feed', lines: 2 },
        { kind: 'text', text: 'fin' },
      ]);
      expect(await readQr(await renderPng(piece))).toBe(text);
    },
  );

  test('a QR symbol too wide for the paper is made smaller, and one that can not be is a bug', async () => {
    const text = 'x'.repeat(1_000);
    const piece = await paperOf([
      { kind: 'text', text: 'antes' },
      { kind: 'qr', text, moduleDots: 8, correction: 'M' },
      { kind: 'text', text: 'después' },
    ]);
    expect(piece.items[1]).toMatchObject({ kind: 'qr', moduleDots: 4 });
    expect(renderText(piece)).toBe(`antes\n[QR ${text}]\ndespués\n`);
    const narrow = makePrinterRig({ widthDots: 360 }, PRINTER_MODELS['58mm-180dpi']);
    const elements = [{ kind: 'qr', text, moduleDots: 4, correction: 'M' }] as const;
    await expect(narrow.run(narrow.printer.print({ name: 'test', elements }))).rejects.toThrow(
      RangeError,
    );
  });

  test('ink is where there is text and nowhere else; a line of 48 characters fits', async () => {
    const piece = await paperOf([{ kind: 'text', text: 'M'.repeat(48) }]);
    const image = await pixelsOf(await renderPng(piece));
    expect(image.width).toBe(608);
    const dark = (x: number): boolean => {
      for (let y = 0; y < image.height; y++) {
        if ((image.data[(y * image.width + x) * 4] ?? 255) < 128) return true;
      }
      return false;
    };
    const columns = Array.from({ length: image.width }, (_, x) => dark(x));
    expect(columns.slice(0, 16).some(Boolean)).toBe(false);
    expect(columns.slice(592).some(Boolean)).toBe(false);
    for (let cell = 0; cell < 48; cell++) {
      expect(columns.slice(16 + cell * 12, 28 + cell * 12).some(Boolean)).toBe(true);
    }
  });
});
