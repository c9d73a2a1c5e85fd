/** `urna pictures`: remakes the pictures of screens and papers from the demo election. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import { sceneToPng } from '#drivers/touchscreen/raster.ts';
import { CONTRASTS, TEXT_SIZES } from '#firmware/booth/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { runDay } from '../day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { benchPicture } from '../pictures/bench.ts';
import { cropRows } from '../pictures/crop.ts';
import { withPalette } from '../pictures/palette-png.ts';
import { resultsPicture } from '../pictures/results.ts';
import { officerScreens, variantScreens, voterScreens } from '../pictures/screens.ts';
import { sheetOf } from '../pictures/sheet.ts';
import { EXIT, oneOf, parseOptions, runCommand } from './options.ts';
import { ROOT } from './run-tool.ts';

const HELP = `usage: scripts/urna pictures [--locale es|en] [--all] [--json]

Remakes the pictures in scripts/pictures/: screens and papers of the demo election, one sheet with
every screen of voters, one with every screen of officers, and one with the ballot in every text size
and contrast; and the bench's page and a page of national results where chromium is installed (else
their pictures stay as they were).

  --all   each screen in a picture of its own too, and not the README's alone

exit code: 0 made, 2 usage
`;

const VOTERS = 12;
const SEED = 1;
/** Rows of a long paper that show its head, and its last part with codes and signatures. */
const HEAD_ROWS = 1_150;
const END_ROWS = 2_900;
const SHEET_PX = 1_500;
const SHEET_COLUMNS = 3;

/** The screens that have a picture of their own without being asked for. */
const SINGLE: readonly string[] = [
  'cards',
  'card',
  'review',
  'undervote',
  'verify',
  'pin',
  'settings',
  'keypad',
  'paper-fault',
  'counting',
];

type Pictures = Map<string, Uint8Array>;

const addScreens = async (
  pictures: Pictures,
  definition: ElectionDefinition,
  locale: Locale,
  all: boolean,
): Promise<void> => {
  const panel = DEFAULT_PANEL;
  const voters = voterScreens(definition, locale, panel);
  const officers = officerScreens(definition, locale, panel);
  for (const [name, scene] of [...voters, ...officers])
    if (all || SINGLE.includes(name))
      pictures.set(`screen-${name}`, await sceneToPng(scene, panel));
  const variants = variantScreens(definition, locale, panel, TEXT_SIZES, CONTRASTS);
  for (const [name, scenes, columns] of [
    ['screens-voters', [...voters.values()], SHEET_COLUMNS],
    ['screens-officers', [...officers.values()], SHEET_COLUMNS],
    ['screens-variants', variants, CONTRASTS.length],
  ] as const)
    pictures.set(name, await sheetOf(scenes, panel, columns, SHEET_PX));
};

const addPapers = async (
  pictures: Pictures,
  definition: ElectionDefinition,
  locale: Locale,
): Promise<void> => {
  const outcome = await runDay({ definition, voters: VOTERS, seed: SEED, locale });
  const [tally] = outcome.reports.tally;
  const record = outcome.box.find(({ items }) => items.length > 0);
  if (tally === undefined || record === undefined) throw new Error('the day left no papers');
  const tallyPng = await renderPng(tally);
  const zeroPng = await renderPng(outcome.reports.zero);
  pictures.set('paper-record', await renderPng(record));
  pictures.set('zero-report', await cropRows(zeroPng, 0, HEAD_ROWS));
  pictures.set('tally-report', await cropRows(tallyPng, 0, HEAD_ROWS));
  pictures.set('tally-report-end', await cropRows(tallyPng, -END_ROWS, -1));
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      locale: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const definition = loadOwnDefinition(DEMO_PATH);
    const pictures: Pictures = new Map();
    await addScreens(pictures, definition, locale, values.all === true);
    await addPapers(pictures, definition, locale);
    const bench = await benchPicture(definition, locale);
    if (bench !== null) pictures.set('bench', bench);
    else
      process.stderr.write(
        'no /usr/bin/chromium: bench.png and results.png are left as they are\n',
      );
    const results = await resultsPicture(locale);
    if (results !== null) pictures.set('results', results);
    const paths: string[] = [];
    for (const [name, png] of pictures) {
      const path = join('scripts', 'pictures', `${name}.png`);
      await writeFile(join(ROOT, path), await withPalette(png));
      paths.push(path);
    }
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ pictures: paths })}\n` : `${paths.join('\n')}\n`,
    );
    return EXIT.fine;
  });
