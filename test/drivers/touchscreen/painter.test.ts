/** Painting for a frame buffer: what is drawn again has the pixels of the whole, and only it is sent. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FrameGeometry } from '#drivers/touchscreen/frame-buffer.ts';
import { packFrame } from '#drivers/touchscreen/frame-buffer.ts';
import { makePainter, type PaintedRows, type Painter } from '#drivers/touchscreen/painter.ts';
import { loadRaster, type Raster } from '#drivers/touchscreen/raster.ts';
import type { Colour, Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

const PANEL: Panel = { widthPx: 320, heightPx: 200, widthMm: 108, heightMm: 67.5 };
const GEOMETRY: FrameGeometry = {
  widthPx: 320,
  heightPx: 200,
  bitsPerPixel: 32,
  strideBytes: 1288,
};

const painterFor = async (geometry = GEOMETRY, maxTileBytes?: number): Promise<Painter> => {
  const made = await makePainter(PANEL, geometry, maxTileBytes);
  if (!made.ok) throw new Error(made.error);
  return made.value;
};
const sceneOf = (nodes: readonly SceneNode[], background: Colour = '#f4f4f4'): Scene => ({
  name: 'test',
  background,
  nodes,
  spoken: [],
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let raster: Raster;
beforeAll(async () => {
  raster = await loadRaster();
});

const COLOURS: readonly Colour[] = ['#ffffff', '#000000', '#b00020', '#ffd400', '#1d3f72'];
const colour = fc.constantFrom(...COLOURS);
const millimetres = (max: number) =>
  fc.oneof(
    fc.integer({ min: -2, max }),
    fc.double({ min: -2, max, noNaN: true }).map((mm) => Math.round(mm * 100) / 100),
  );
const optional = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const text = fc.record({
  value: fc.constantFrom('Muñoz Ágüero', 'PRESIDENTA', 'j', 'Wáñ 5\nÍ', '¿Sí?', '', 'x'.repeat(70)),
  height: fc.constantFrom(3, 4.5, 8),
  colour,
  align: fc.constantFrom('left', 'centre', 'right'),
  bold: fc.boolean(),
  maxLines: fc.integer({ min: 1, max: 3 }),
});
const node: fc.Arbitrary<SceneNode> = fc
  .record({
    box: fc.record({
      x: millimetres(105),
      y: millimetres(65),
      width: fc.constantFrom(0, 0.2, 7, 22.6, 50, 108),
      height: fc.constantFrom(0, 0.2, 5, 12.7, 30, 67.5),
    }),
    fill: optional(colour),
    border: optional(fc.record({ colour, width: fc.constantFrom(0.1, 0.6, 2) })),
    radius: optional(fc.constantFrom(0, 1.5, 40)),
    text: optional(text),
    tick: optional(fc.boolean()),
    focus: optional(fc.boolean()),
    emblem: optional(
      fc.record({
        seed: fc.constantFrom('a', 'b', 'c', 'd'),
        colours: fc.array(colour, { maxLength: 3 }),
      }),
    ),
  })
  .map((all) => {
    const known = Object.entries(all).filter(([, value]) => value !== undefined);
    return Object.fromEntries(known) as unknown as SceneNode;
  });

/** Scenes that have much in common, as those of a booth: the same nodes, some gone, moved or new. */
const scenes = fc
  .array(node, { minLength: 4, maxLength: 10 })
  .chain((pool) =>
    fc.array(
      fc.record({
        nodes: fc.array(fc.constantFrom(...pool), { maxLength: 12 }),
        kept: fc.boolean(),
        background: fc.constantFrom<Colour>('#f4f4f4', '#f4f4f4', '#f4f4f4', '#101010'),
      }),
      { minLength: 2, maxLength: 6 },
    ),
  )
  .map((steps) => {
    let nodes: readonly SceneNode[] = [];
    return steps.map((step, index) => {
      nodes = step.kept && index > 0 ? nodes.filter((_, at) => at % 4 !== index % 4) : step.nodes;
      return sceneOf(nodes, step.background);
    });
  });

const put = (rows: readonly PaintedRows[], screen: Uint8Array, strideBytes: number): void => {
  for (const { from, to, bytes } of rows) {
    expect(bytes).toHaveLength((to - from) * strideBytes);
    screen.set(bytes, from * strideBytes);
  }
};

describe('the panel after any row of scenes', () => {
  test.each([
    [32, 1288, undefined],
    [16, 644, undefined],
    [32, 1280, 40_000],
  ])(
    'at %i bits and a stride of %i bytes shows what a fresh drawing of the last one shows (cache %s)',
    async (bitsPerPixel, strideBytes, maxTileBytes) => {
      const geometry = { ...GEOMETRY, bitsPerPixel, strideBytes };
      await fc.assert(
        fc.asyncProperty(scenes, async (row) => {
          const painter = await painterFor(geometry, maxTileBytes);
          const screen = new Uint8Array(strideBytes * PANEL.heightPx);
          for (const scene of row) {
            put(painter.paint(scene), screen, strideBytes);
            const fresh = packFrame(raster.draw(scene, PANEL), geometry);
            expect(fresh.ok && Buffer.compare(fresh.value, screen)).toBe(0);
            expect(Buffer.compare(painter.frame(), screen)).toBe(0);
            await turn();
          }
        }),
        { seed: 20201206, numRuns: 40 },
      );
    },
  );
});

describe('what is sent', () => {
  const card = (index: number): SceneNode => ({
    box: { x: 2, y: 2 + index * 16, width: 40, height: 13 },
    fill: '#ffffff',
    border: { colour: '#333333', width: 0.5 },
    radius: 2,
    text: {
      value: `Lista ${index}`,
      height: 4,
      colour: '#000000',
      align: 'left',
      bold: true,
      maxLines: 1,
    },
  });
  const cards = [0, 1, 2, 3].map(card);
  const rowsOf = (painted: readonly PaintedRows[]) => painted.map(({ from, to }) => [from, to]);

  test('is everything at first, and nothing when nothing changed', async () => {
    const painter = await painterFor();
    expect(rowsOf(painter.paint(sceneOf(cards)))).toEqual([[0, 200]]);
    expect(painter.paint(sceneOf(cards))).toEqual([]);
    expect(painter.paint(sceneOf(cards.map((each) => ({ ...each, target: 'x' }))))).toEqual([]);
  });

  test('is the rows of the one card that was chosen', async () => {
    const painter = await painterFor();
    painter.paint(sceneOf(cards));
    const chosen = cards.map((each, index) => (index === 1 ? { ...each, tick: true } : each));
    const [band, ...others] = painter.paint(sceneOf(chosen));
    expect(others).toEqual([]);
    // 18 to 31 mm of 67.5 on 200 rows, and two rows of overhanging letters.
    expect([band?.from, band?.to]).toEqual([51, 94]);
  });

  test('is two bands when the head and the foot of the panel changed', async () => {
    const painter = await painterFor();
    painter.paint(sceneOf(cards));
    const ends = cards.map((each, index) => (index % 3 === 0 ? { ...each, tick: true } : each));
    expect(painter.paint(sceneOf(ends))).toHaveLength(2);
  });

  test('is everything again once the frame buffer is not to be trusted', async () => {
    const painter = await painterFor();
    painter.paint(sceneOf(cards));
    painter.forget();
    expect(rowsOf(painter.paint(sceneOf(cards)))).toEqual([[0, 200]]);
  });
});

test('cached pictures stay within their bytes', async () => {
  const painter = await painterFor(GEOMETRY, 100_000);
  for (let index = 0; index < 60; index++) {
    const box = { x: 0, y: 0, width: 20 + index / 10, height: 30 };
    painter.paint(sceneOf([{ box, fill: '#ffffff', radius: 3 }]));
    expect(painter.cachedBytes()).toBeLessThanOrEqual(100_000);
    await turn();
  }
  expect(painter.cachedBytes()).toBeGreaterThan(50_000);
});

test.each<readonly [string, Partial<FrameGeometry>]>([
  ['another size', { widthPx: 319 }],
  ['24 bits', { bitsPerPixel: 24 }],
  ['a stride that is no whole number of pixels', { strideBytes: 1283 }],
  ['a stride that is too short', { strideBytes: 1276 }],
])('a frame buffer of %s is refused', async (_, wrong) => {
  expect((await makePainter(PANEL, { ...GEOMETRY, ...wrong })).ok).toBe(false);
});

describe('the focus', () => {
  /** Ratio of contrast (WCAG 2.2) of two pixels. */
  const luminance = (rgb: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: readonly number[], b: readonly number[]): number => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  test.each(COLOURS)('is seen on a ground of %s, over whatever lies on the node', (ground) => {
    const box = { x: 30, y: 20, width: 40, height: 20 };
    const nodes: readonly SceneNode[] = [
      { box, focus: true },
      { box, fill: ground },
    ];
    const pixels = raster.draw(sceneOf(nodes, ground), PANEL);
    const at = (x: number, y: number) => [
      ...pixels.subarray(4 * (y * 320 + x), 4 * (y * 320 + x) + 3),
    ];
    const row = Math.round((30 / 67.5) * 200);
    const left = Math.round((30 / 108) * 320);
    const near = Array.from({ length: 16 }, (_, index) => at(left - 8 + index, row));
    const best = Math.max(...near.map((pixel) => contrast(pixel, at(5, 5))));
    expect(best).toBeGreaterThanOrEqual(4.5);
    expect(contrast(near[0] ?? [], at(5, 5))).toBe(1);
  });
});
