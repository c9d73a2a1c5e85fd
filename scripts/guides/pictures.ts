/** The pictures of the guides, made anew from the machine's own screens and a day's own papers. */
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import { sceneToPng } from '#drivers/touchscreen/raster.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { runDay } from '../day/run-day.ts';
import { cropRows } from '../pictures/crop.ts';
import { withPalette } from '../pictures/palette-png.ts';
import { officerScreens, voterScreens } from '../pictures/screens.ts';

const VOTERS = 12;
const SEED = 1;
/** Rows of a long report that show its head, and its last part with codes and signatures. */
const HEAD_ROWS = 1_150;
const END_ROWS = 2_000;

/** By name: `screen-…` as scripts/pictures/screens.ts names them, `record`, `zero-report`, `tally-report…`. */
export const guidePictures = async (
  definition: ElectionDefinition,
  locale: Locale,
  onProgress: (done: number, of: number) => void,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const pictures = new Map<string, Uint8Array>();
  const scenes = [
    ...voterScreens(definition, locale, DEFAULT_PANEL),
    ...officerScreens(definition, locale, DEFAULT_PANEL),
  ];
  for (const [at, [name, scene]] of scenes.entries()) {
    pictures.set(`screen-${name}`, await withPalette(await sceneToPng(scene, DEFAULT_PANEL)));
    onProgress(at + 1, scenes.length);
  }
  const { box, reports } = await runDay({ definition, voters: VOTERS, seed: SEED, locale });
  const record = box.find(({ items }) => items.length > 0);
  const [tally] = reports.tally;
  if (record === undefined || tally === undefined) throw new Error('the day left no papers');
  const tallyPng = await renderPng(tally);
  pictures.set('record', await withPalette(await renderPng(record)));
  pictures.set(
    'zero-report',
    await withPalette(await cropRows(await renderPng(reports.zero), 0, HEAD_ROWS)),
  );
  pictures.set('tally-report', await withPalette(await cropRows(tallyPng, 0, HEAD_ROWS)));
  pictures.set('tally-report-end', await withPalette(await cropRows(tallyPng, -END_ROWS, -1)));
  return pictures;
};
