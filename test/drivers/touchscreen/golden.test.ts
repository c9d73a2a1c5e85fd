/** Golden pictures of what scenes are made of: letters, alignments, emblems, cards. */
import { describe, expect, test } from 'vitest';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import type { Colour, Scene, SceneNode, TextAlign } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { expectGolden } from './golden.ts';

const PANEL: Panel = { widthPx: 480, heightPx: 300, widthMm: 81.36, heightMm: 50.85 };

const INK: Colour = '#14202b';
const text = (
  value: string,
  height: number,
  more: Partial<NonNullable<SceneNode['text']>> = {},
): NonNullable<SceneNode['text']> => ({
  value,
  height,
  colour: INK,
  align: 'left',
  bold: false,
  maxLines: 1,
  ...more,
});

const letters = (): readonly SceneNode[] => {
  const rows = [
    ['Ñandú, pingüino, ¿óptimo? ¡Sí!', 3],
    ['ÁÉÍÓÚÜÑ áéíóúüñ «1» 0123456789', 3.6],
    ['Łódź Ağrı Čeština Őrség', 4.5],
    ['Candidaturas', 6],
    ['VOTAR', 9],
  ] as const;
  let y = 1;
  return rows.flatMap(([value, height]): SceneNode[] => {
    const box = { x: 1, y, width: 79, height: height * 1.3 };
    y += height * 1.4 + 0.5;
    return [{ box, text: text(value, height, { bold: height > 4 }) }];
  });
};

const alignments = (): readonly SceneNode[] =>
  (['left', 'centre', 'right'] as const satisfies readonly TextAlign[]).flatMap((align, index) => {
    const box = { x: 2 + index * 26.5, y: 2, width: 24, height: 20 };
    const value = 'Unión Popular del Valle y de la Costa';
    return [
      {
        box,
        fill: '#ffffff',
        border: { colour: '#5b6b7c', width: 0.5 },
        radius: 1.5,
        text: text(value, 4, { align, maxLines: 4 }),
      },
      {
        box: { ...box, y: 24, height: 16 },
        fill: '#0b4f8a',
        text: text('Palabraquenocabeentera', 5, { align, colour: '#ffffff', bold: true }),
      },
      {
        box: { x: box.x, y: 41.5, width: 24, height: 8 },
        text: text('uno\ndos', 3, { align, maxLines: 2 }),
      },
    ];
  });

const emblems = (): readonly SceneNode[] => {
  const palettes: readonly (readonly Colour[])[] = [
    ['#6a2c91', '#ffffff', '#111111'],
    ['#00573d', '#f2a900', '#ffffff'],
    ['#c8102e', '#ffffff', '#f2a900'],
    ['#3a4fa0', '#ffffff', '#14202b'],
    ['#f2a900', '#a6195c', '#ffffff'],
    ['#ffffff', '#ffffff', '#ffffff'],
    [],
  ];
  return Array.from({ length: 28 }, (_, index) => ({
    box: {
      x: 1 + (index % 7) * 11.4,
      y: 1 + Math.floor(index / 7) * 12.3,
      width: 10.5,
      height: 10.5,
    },
    emblem: { seed: `lista ${index}`, colours: palettes[index % palettes.length] ?? [] },
  }));
};

const cards = (background: Colour, fill: Colour, ink: Colour): readonly SceneNode[] =>
  Array.from({ length: 6 }, (_, index): readonly SceneNode[] => {
    const x = 2 + (index % 3) * 26.5;
    const y = 3 + Math.floor(index / 3) * 23;
    const box = { x, y, width: 24, height: 20 };
    const border = { colour: ink, width: index === 1 ? 1 : 0.35 };
    return [
      { box, fill, border, radius: 1.5, tick: index % 2 === 1, focus: index === 4 },
      {
        box: { x: x + 1, y: y + 1, width: 8, height: 8 },
        emblem: { seed: `${index}`, colours: [] },
      },
      {
        box: { x: x + 10, y: y + 1, width: 13, height: 7 },
        text: text(`L${index}`, 5, { bold: true, colour: ink }),
      },
      {
        box: { x: x + 1, y: y + 10, width: 16, height: 9 },
        text: text('Añoranza Común', 3, { colour: ink, maxLines: 2 }),
        ...(background === fill ? {} : { radius: 0 }),
      },
    ];
  }).flat();

const SCENES: Readonly<Record<string, Scene>> = Object.fromEntries(
  (
    [
      ['letters', '#ffffff', letters()],
      ['alignments', '#eef1f6', alignments()],
      ['emblems', '#eef1f6', emblems()],
      ['cards', '#eef1f6', cards('#eef1f6', '#ffffff', INK)],
      ['cards-dark', '#000000', cards('#000000', '#000000', '#ffff00')],
    ] as const
  ).map(([name, background, nodes]) => [name, { name, background, nodes, spoken: [] }]),
);

describe('golden pictures', () => {
  test.each(Object.keys(SCENES))('%s', async (name) => {
    const scene = SCENES[name];
    if (scene === undefined) throw new Error(`no scene ${name}`);
    await expectGolden(name, scene, PANEL);
  });

  test('a scene is drawn the same in a second drawing of the process', async () => {
    const raster = await loadRaster();
    for (const scene of Object.values(SCENES))
      expect(Buffer.compare(raster.draw(scene, PANEL), raster.draw(scene, PANEL))).toBe(0);
  });
});
