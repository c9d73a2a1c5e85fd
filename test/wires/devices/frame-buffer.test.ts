/** Scenes in a frame buffer: the newest wins, only changed rows are written, a lost display comes back. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { FrameGeometry } from '#drivers/touchscreen/frame-buffer.ts';
import { packFrame } from '#drivers/touchscreen/frame-buffer.ts';
import {
  type FrameBufferDisplay,
  openFrameBufferDisplay,
  readGeometry,
} from '#drivers/touchscreen/frame-buffer-display.ts';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import { ok } from '#hal/result.ts';
import type { Colour, Scene } from '#hal/scene.ts';
import { eventually } from './rig.ts';

const panel = { widthPx: 320, heightPx: 200, widthMm: 54.2, heightMm: 33.9 };
const GEOMETRIES: readonly FrameGeometry[] = [
  { widthPx: 320, heightPx: 200, bitsPerPixel: 32, strideBytes: 1280 },
  { widthPx: 320, heightPx: 200, bitsPerPixel: 32, strideBytes: 1536 },
  { widthPx: 320, heightPx: 200, bitsPerPixel: 16, strideBytes: 640 },
];

/** A bar across the panel, at a height in tenths of it. */
const scene = (tenth: number, fill: Colour = '#d02040'): Scene => ({
  name: `bar ${tenth}`,
  background: '#ffffff',
  spoken: [],
  nodes: [
    {
      box: {
        x: 0,
        y: (panel.heightMm * tenth) / 10,
        width: panel.widthMm,
        height: panel.heightMm / 10,
      },
      fill,
    },
  ],
});

let folder: string;
let path: string;
let display: FrameBufferDisplay | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-fb-'));
  path = join(folder, 'fb', 'fb0');
  mkdirSync(join(folder, 'fb'));
});
afterEach(async () => {
  await display?.close();
  display = null;
  rmSync(folder, { recursive: true, force: true });
});

const open = async (geometry: FrameGeometry): Promise<FrameBufferDisplay> => {
  display = await openFrameBufferDisplay({
    path,
    panel,
    geometry: ok(geometry),
    clock: systemClock,
  });
  return display;
};
const pictureOf = async (shown: Scene, geometry: FrameGeometry): Promise<Uint8Array> => {
  const packed = packFrame((await loadRaster()).draw(shown, panel), geometry);
  if (!packed.ok) throw new Error(packed.error);
  return packed.value;
};
const until = async (picture: Uint8Array): Promise<void> => {
  await eventually('the picture', () => {
    try {
      return Buffer.compare(readFileSync(path), picture) === 0 ? true : null;
    } catch {
      return null;
    }
  });
};

test.each(GEOMETRIES)(
  'shows what the raster draws: $bitsPerPixel bits, stride $strideBytes',
  async (geometry) => {
    const shown = await open(geometry);
    for (const tenth of [1, 2, 7]) {
      shown.present(scene(tenth));
      await until(await pictureOf(scene(tenth), geometry));
    }
    expect(shown.check()).toEqual({ ok: true });
  },
);

test('of a hundred scenes in one turn the last one is seen', async () => {
  const geometry = GEOMETRIES[0]!;
  const shown = await open(geometry);
  for (let count = 0; count < 100; count++) shown.present(scene(count % 9));
  shown.present(scene(9));
  await until(await pictureOf(scene(9), geometry));
});

test('rows that did not change are not written again', async () => {
  const geometry = GEOMETRIES[0]!;
  const shown = await open(geometry);
  shown.present(scene(5));
  await until(await pictureOf(scene(5), geometry));
  // Somebody else's mark in a row that is the same in both scenes.
  const marked = readFileSync(path);
  marked.fill(0x11, 0, 4);
  writeFileSync(path, marked);
  shown.present(scene(5, '#20d040'));
  const expected = await pictureOf(scene(5, '#20d040'), geometry);
  expected.fill(0x11, 0, 4);
  await until(expected);
});

test('a display that is lost is told once, and shows the newest scene when it is back', async () => {
  const geometry = GEOMETRIES[0]!;
  renameSync(join(folder, 'fb'), join(folder, 'away'));
  const shown = await open(geometry);
  const faults: string[] = [];
  shown.onFault(({ kind }) => faults.push(kind));
  shown.present(scene(1));
  await eventually('a fault', () => (faults.length > 0 ? true : null));
  shown.present(scene(2));
  shown.present(scene(3));
  await eventually('another try', () => (shown.check().ok ? null : true));
  renameSync(join(folder, 'away'), join(folder, 'fb'));
  await until(await pictureOf(scene(3), geometry));
  // Its bytes are seen before the display hears that they were written.
  await eventually('a display that is well', () => (shown.check().ok ? true : null));
  expect(faults).toEqual(['absent']);
});

test('a panel that the frame buffer does not fit is told by check', async () => {
  const shown = await open({ widthPx: 640, heightPx: 480, bitsPerPixel: 32, strideBytes: 2560 });
  expect(shown.check()).toMatchObject({ ok: false, error: { kind: 'broken' } });
  shown.present(scene(1));
});

test("the kernel's folder tells the geometry, also of a buffer with two screens", () => {
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  put('virtual_size', '1280,1600\n');
  put('bits_per_pixel', '16\n');
  put('stride', '2560\n');
  put('modes', 'U:1280x800p-60\n');
  const value = { widthPx: 1280, heightPx: 800, bitsPerPixel: 16, strideBytes: 2560 };
  expect(readGeometry(folder)).toEqual({ ok: true, value });
  put('modes', '');
  expect(readGeometry(folder)).toEqual({ ok: true, value: { ...value, heightPx: 1600 } });
  expect(readGeometry(join(folder, 'nowhere')).ok).toBe(false);
});
