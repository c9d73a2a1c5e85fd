/** Drawing: what is in the scene is on the picture, text fits or says that it does not. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadRaster, type Raster, sceneToPng } from '#drivers/touchscreen/raster.ts';
import { LINE_EM, layoutText, MIN_TEXT_MM } from '#drivers/touchscreen/text-layout.ts';
import type { Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

const PANEL: Panel = { widthPx: 640, heightPx: 400, widthMm: 216, heightMm: 135 };
const sceneOf = (nodes: readonly SceneNode[]): Scene => ({
  name: 'test',
  background: '#eeeeee',
  nodes,
  spoken: [],
});

let raster: Raster;
beforeAll(async () => {
  raster = await loadRaster();
});

/** `#rrggbb` at a place in millimetres. */
const colourAt = (pixels: Uint8Array, xMm: number, yMm: number): string => {
  const x = Math.floor((xMm / PANEL.widthMm) * PANEL.widthPx);
  const y = Math.floor((yMm / PANEL.heightMm) * PANEL.heightPx);
  const at = 4 * (y * PANEL.widthPx + x);
  return `#${Buffer.from(pixels.subarray(at, at + 3)).toString('hex')}`;
};

/** Pixels that two pictures do not share. */
const difference = (first: Uint8Array, second: Uint8Array): number => {
  let count = 0;
  for (let at = 0; at < first.length; at += 4) {
    if (
      first[at] !== second[at] ||
      first[at + 1] !== second[at + 1] ||
      first[at + 2] !== second[at + 2]
    )
      count++;
  }
  return count;
};

const text = (value: string, height = 6, maxLines = 1): NonNullable<SceneNode['text']> => ({
  value,
  height,
  colour: '#000000',
  align: 'left',
  bold: false,
  maxLines,
});
const box = { x: 20, y: 20, width: 60, height: 20 };

describe('boxes', () => {
  test('stand where the scene says, later ones over earlier ones', () => {
    const pixels = raster.draw(
      sceneOf([
        { box, fill: '#aa0000' },
        { box: { ...box, x: 50 }, fill: '#0000aa', border: { colour: '#00aa00', width: 1 } },
      ]),
      PANEL,
    );
    expect(pixels).toHaveLength(4 * 640 * 400);
    expect(colourAt(pixels, 5, 5)).toBe('#eeeeee');
    expect(colourAt(pixels, 30, 30)).toBe('#aa0000');
    expect(colourAt(pixels, 70, 30)).toBe('#0000aa');
    expect(colourAt(pixels, 50.4, 30)).toBe('#00aa00');
  });

  test('that touch in millimetres touch in pixels, with no line between them', () => {
    const cells = Array.from({ length: 31 }, (_, index): SceneNode => {
      return { box: { x: index * 6.77, y: 10, width: 6.77, height: 20 }, fill: '#123456' };
    });
    const pixels = raster.draw(sceneOf(cells), PANEL);
    for (let x = 1; x < 208; x += 0.2) expect(colourAt(pixels, x, 20)).toBe('#123456');
  });
});

describe('what a node carries', () => {
  const plain = { box, fill: '#ffffff' } as const satisfies SceneNode;

  test.each<readonly [string, Partial<SceneNode>]>([
    ['a tick', { tick: true }],
    ['a text', { text: text('Ñandú') }],
    ['an emblem', { emblem: { seed: 'a', colours: ['#ff0000', '#00ff00', '#0000ff'] } }],
  ])('%s is seen, inside its box and nowhere else', (_, part) => {
    const with_ = raster.draw(sceneOf([{ ...plain, ...part }]), PANEL);
    const without = raster.draw(sceneOf([plain]), PANEL);
    expect(difference(with_, without)).toBeGreaterThan(50);
    const cover: SceneNode = { box, fill: '#777777' };
    const covered = raster.draw(sceneOf([{ ...plain, ...part }, cover]), PANEL);
    expect(difference(covered, raster.draw(sceneOf([plain, cover]), PANEL))).toBe(0);
  });

  test('emblems: same seed same picture, other seeds other pictures', () => {
    const draw = (seed: string) =>
      raster.draw(
        sceneOf([{ box, emblem: { seed, colours: ['#a00000', '#00a000', '#0000a0'] } }]),
        PANEL,
      );
    const pictures = Array.from({ length: 30 }, (_, index) =>
      Buffer.from(draw(`party ${index}`)).toString('base64'),
    );
    expect(difference(draw('x'), draw('x'))).toBe(0);
    expect(new Set(pictures).size).toBeGreaterThan(20);
  });

  test('emblems: a figure in the colour of its field is still seen', () => {
    const draw = (colours: readonly `#${string}`[]) =>
      raster.draw(sceneOf([{ box, emblem: { seed: 'same', colours } }]), PANEL);
    const alone = draw(['#7a1030', '#7a1030', '#7a1030']);
    const distinct = new Set<string>();
    for (let x = 42; x < 58; x++) for (let y = 22; y < 38; y++) distinct.add(colourAt(alone, x, y));
    expect(distinct.has('#7a1030')).toBe(true);
    expect(distinct.has('#ffffff')).toBe(true);
  });

  test('letters of Spanish have glyphs of their own', () => {
    const draw = (value: string) => raster.draw(sceneOf([{ ...plain, text: text(value) }]), PANEL);
    for (const [plainLetter, letter] of [
      ['n', 'ñ'],
      ['a', 'á'],
      ['u', 'ü'],
      ['E', 'É'],
      ['?', '¿'],
    ] as const) {
      expect(difference(draw(plainLetter), draw(letter))).toBeGreaterThan(3);
    }
  });
});

test('a PNG has the size of the panel', async () => {
  const png = Buffer.from(await sceneToPng(sceneOf([]), PANEL));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 400]);
});

describe('text', () => {
  /** Every character is half an em wide. */
  const measure = (line: string): number => [...line].length / 2;
  const layout = (value: string, height: number, maxLines: number, width: number, room: number) =>
    layoutText(text(value, height, maxLines), width, room, measure);

  test('that fits keeps its size', () => {
    expect(layout('uno dos tres', 4, 2, 30, 20)).toEqual({
      lines: ['uno dos tres'],
      heightMm: 4,
      truncated: false,
    });
  });

  test('is wrapped at words', () => {
    expect(layout('uno dos tres cuatro', 4, 3, 15, 20).lines).toEqual([
      'uno dos',
      'tres',
      'cuatro',
    ]);
  });

  test('is wrapped into even lines: no word is left alone', () => {
    expect(layout('escriba el pin de la llave', 4, 3, 36, 20).lines).toEqual([
      'escriba el pin',
      'de la llave',
    ]);
    expect(layout('dejó de seleccionar 4 cargos', 4, 3, 46, 20).lines).toEqual([
      'dejó de seleccionar',
      '4 cargos',
    ]);
  });

  test('is wrapped between the items of a list, where that takes no further line', () => {
    const list = 'LISTA 0/1 · NOMINAL 0/2 · INDÍGENA 0/1';
    expect(layout(list, 4, 3, 68, 20).lines).toEqual(['LISTA 0/1 · NOMINAL 0/2 ·', 'INDÍGENA 0/1']);
    expect(layout(list, 4, 3, 28, 20).lines).toEqual([
      'LISTA 0/1 ·',
      'NOMINAL 0/2 ·',
      'INDÍGENA 0/1',
    ]);
    expect(layout(list, 4, 3, 42, 10).lines).toEqual(['LISTA 0/1 · NOMINAL', '0/2 · INDÍGENA 0/1']);
  });

  test('is made smaller before anything is cut', () => {
    const { lines, heightMm, truncated } = layout('uno dos tres cuatro', 6, 1, 30, 20);
    expect(lines).toEqual(['uno dos tres cuatro']);
    expect(heightMm).toBeLessThan(6);
    expect(heightMm).toBeGreaterThanOrEqual(MIN_TEXT_MM);
    expect(truncated).toBe(false);
  });

  test('that can not fit ends in an ellipsis at the smallest size', () => {
    const { lines, heightMm, truncated } = layout('uno dos tres cuatro cinco', 6, 1, 12, 20);
    expect(lines).toEqual(['uno dos…']);
    expect(heightMm).toBe(MIN_TEXT_MM);
    expect(truncated).toBe(true);
  });

  test('keeps its line breaks', () => {
    expect(layout('uno\ndos', 4, 3, 60, 20).lines).toEqual(['uno', 'dos']);
  });

  test('of any kind is whole, or says that it is not; and always within its box', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 12 });
    const sizes = fc.double({ min: 3, max: 12, noNaN: true });
    fc.assert(
      fc.property(
        words,
        sizes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 10, max: 90 }),
        (some, size, maxLines, width) => {
          const value = some.join(' ').trim().replaceAll(/\s+/g, ' ');
          const { lines, heightMm, truncated } = layout(value, size, maxLines, width, 40);
          expect(lines.length).toBeLessThanOrEqual(maxLines);
          expect(lines.length * heightMm * LINE_EM).toBeLessThanOrEqual(40.02);
          for (const line of lines)
            expect(measure(line) * heightMm).toBeLessThanOrEqual(width + 0.02);
          const shown = lines.join('').replaceAll(' ', '');
          const whole = value.replaceAll(' ', '');
          if (truncated) expect(shown.endsWith('…')).toBe(true);
          else expect(shown).toBe(whole);
        },
      ),
      { seed: 20201206, numRuns: 500 },
    );
  });

  test('a node tells how its text will be set, in the real typeface', () => {
    expect(raster.layout({ box, text: text('VOTAR', 7) })).toMatchObject({
      lines: ['VOTAR'],
      heightMm: 7,
      truncated: false,
    });
    expect(
      raster.layout({ box: { ...box, width: 10 }, text: text('VOLVER A LAS TARJETAS', 7) })
        ?.truncated,
    ).toBe(true);
    expect(raster.layout({ box })).toBeNull();
  });
});

test('drivers and emulators start without loading the canvas', () => {
  const script = `
    await import('./drivers/touchscreen/driver.ts');
    await import('./drivers/touchscreen/emulator.ts');
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes('canvas'));
    process.stdout.write(String(loaded.length));`;
  const options = { encoding: 'utf8' } as const;
  const arguments_ = ['--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, arguments_, options)).toBe('0');
});
