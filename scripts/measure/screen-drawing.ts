/**
 * What drawing costs by itself: a whole frame, the band of one change, and the conversion to 5-6-5,
 * each beside a bare copy of a frame's four megabytes, on scenes that voters saw.
 */
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { type FrameGeometry, packFrame } from '#drivers/touchscreen/frame-buffer.ts';
import { makePainter, type Painter } from '#drivers/touchscreen/painter.ts';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import { bandsOf, changedMarks, marksOf } from '#drivers/touchscreen/scene-marks.ts';
import type { Scene } from '#hal/scene.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';

const ROUNDS = 200;
/** Rounds before the first that counts: code is compiled, pictures are cached. */
const WARM_ROUNDS = 20;

const { widthPx, heightPx } = DEFAULT_PANEL;
const geometryOf = (bitsPerPixel: number): FrameGeometry => ({
  widthPx,
  heightPx,
  bitsPerPixel,
  strideBytes: (widthPx * bitsPerPixel) / 8,
});

/** Times of `work`, ms, with a turn of the event loop between, as between frames. */
const timesOf = async (work: (round: number) => void): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    const beganMs = performance.now();
    work(round + WARM_ROUNDS);
    if (round >= 0) times.push(performance.now() - beganMs);
  }
  return times;
};

const painterOf = async (bitsPerPixel: number): Promise<Painter> => {
  const made = await makePainter(DEFAULT_PANEL, geometryOf(bitsPerPixel));
  if (!made.ok) throw new Error(made.error);
  return made.value;
};

const changedRows = (before: Scene, after: Scene): number =>
  bandsOf(
    changedMarks(marksOf(before, DEFAULT_PANEL), marksOf(after, DEFAULT_PANEL)),
    DEFAULT_PANEL,
  )
    .map(({ height }) => height)
    .reduce((sum, height) => sum + height, 0);

/** Two scenes one after the other of which the second changed least, but something. */
const smallestChange = (scenes: readonly Scene[]): readonly [Scene, Scene] => {
  const pairs = scenes
    .slice(1)
    .map((after, index) => ({ before: scenes[index] ?? after, after }))
    .map(({ before, after }) => ({ before, after, rows: changedRows(before, after) }))
    .filter(({ before, after, rows }) => rows > 0 && before.background === after.background)
    .sort((a, b) => a.rows - b.rows);
  const [least] = pairs;
  if (least === undefined) throw new Error('no change was seen on the ballot');
  return [least.before, least.after];
};

/** `ballots`: scenes of the ballot as a voter went through it. */
export const measureDrawing = async (ballots: readonly Scene[]): Promise<readonly Figure[]> => {
  const [first, second] = smallestChange(ballots);
  const from = new Uint8Array(4 * widthPx * heightPx);
  const to = new Uint8Array(from.length);
  const copy = await timesOf(() => to.set(from));
  const painter = await painterOf(32);
  const whole = await timesOf((round) => {
    painter.forget();
    painter.paint(ballots[round % ballots.length] ?? first);
  });
  const band = await timesOf((round) => {
    painter.paint(round % 2 === 0 ? first : second);
  });
  const small = await painterOf(16);
  const whole565 = await timesOf((round) => {
    small.forget();
    small.paint(ballots[round % ballots.length] ?? first);
  });
  const pixels = (await loadRaster()).draw(first, DEFAULT_PANEL);
  const converted = await timesOf(() => {
    packFrame(pixels, geometryOf(16));
  });
  const rows = changedRows(first, second);
  const beside = (name: string, times: readonly number[]): Figure =>
    againstFloor(figureOf(name, 'ms', times), copy);
  return [
    figureOf('bare copy of 4 MB', 'ms', copy),
    beside('whole frame, 32 bits', whole),
    beside('whole frame, 16 bits', whole565),
    beside(`changed band, ${rows} of ${heightPx} rows`, band),
    beside('conversion to RGB565 alone', converted),
  ];
};
