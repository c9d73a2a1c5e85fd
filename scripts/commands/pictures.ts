/** `urna pictures`: remakes the README's pictures from the demo election. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import { sceneToPng } from '#drivers/touchscreen/raster.ts';
import type { Scene } from '#hal/scene.ts';
import { runDay } from '../day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { cropRows } from '../pictures/crop.ts';
import { EXIT, oneOf, parseOptions, runCommand } from './options.ts';
import { ROOT } from './run-tool.ts';

const HELP = `usage: scripts/urna pictures [--locale es|en] [--json]

Runs a small day of the demo election and remakes the pictures of screens and papers in
scripts/pictures/ that the README shows.

exit code: 0 made, 2 usage
`;

const VOTERS = 12;
const SEED = 1;
/** Rows of a long paper that show its head, and its last part with codes and signatures. */
const HEAD_ROWS = 1_150;
const END_ROWS = 2_900;

const has = (scene: Scene, target: string): boolean =>
  scene.nodes.some((node) => node.target?.startsWith(target) === true);
const ticks = (scene: Scene): number => scene.nodes.filter((node) => node.tick === true).length;

/** The screens worth showing, and how to know them. */
const SCREENS: Readonly<Record<string, (scene: Scene) => boolean>> = {
  'screen-cards': (scene) => has(scene, 'page:next') && ticks(scene) > 0,
  'screen-card': (scene) => has(scene, 'card:close') && ticks(scene) > 1,
  'screen-review': (scene) => has(scene, 'review:confirm'),
  'screen-undervote': (scene) => has(scene, 'undervote:vote'),
  'screen-verify': (scene) => has(scene, 'paper:reject'),
  'screen-pin': (scene) => has(scene, 'pin:1'),
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const seen = new Map<string, Scene>();
    const outcome = await runDay({
      definition: loadOwnDefinition(DEMO_PATH),
      voters: VOTERS,
      seed: SEED,
      locale,
      onScene: (scene) => {
        for (const [name, shows] of Object.entries(SCREENS))
          if (!seen.has(name) && shows(scene)) seen.set(name, scene);
      },
    });
    const [tally] = outcome.reports.tally;
    const record = outcome.box.find(({ items }) => items.length > 0);
    if (tally === undefined || record === undefined) throw new Error('the day left no papers');
    const pictures = new Map<string, Uint8Array>();
    for (const [name, scene] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1)))
      pictures.set(name, await sceneToPng(scene, DEFAULT_PANEL));
    const tallyPng = await renderPng(tally);
    pictures.set('paper-record', await renderPng(record));
    pictures.set(
      'zero-report',
      await cropRows(await renderPng(outcome.reports.zero), 0, HEAD_ROWS),
    );
    pictures.set('tally-report', await cropRows(tallyPng, 0, HEAD_ROWS));
    pictures.set('tally-report-end', await cropRows(tallyPng, -END_ROWS, -1));
    const paths: string[] = [];
    for (const [name, png] of pictures) {
      const path = join('scripts', 'pictures', `${name}.png`);
      await writeFile(join(ROOT, path), png);
      paths.push(path);
    }
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ pictures: paths })}\n` : `${paths.join('\n')}\n`,
    );
    return EXIT.fine;
  });
