/** `urna audit boxes`: paper counted by hand against what machines reported, and the risk that is left. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locale } from '#firmware/election/definition.ts';
import { arloFiles } from '../audit/boxes/arlo.ts';
import { boxesReport } from '../audit/boxes/boxes-report.ts';
import { contestRisks } from '../audit/boxes/contest-risk.ts';
import { countPage } from '../audit/boxes/count-page.ts';
import { type Country, countryOf } from '../audit/boxes/country.ts';
import { BOX_COLUMNS, blankForms, readCounts, VOTE_COLUMNS } from '../audit/boxes/counts.ts';
import { drawSample, type Place, placesOf, readPercent } from '../audit/draw-sample.ts';
import { withoutMistakes } from '../audit/read-table.ts';
import type { Drawn } from '../audit/sampler.ts';
import { aggregateFolder } from '../nation/national-folder.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  localeOf,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
  writeText,
} from './audit-kit.ts';
import { drawOf } from './audit-sample.ts';
import { folderNamed, keyFor, openToldNation, requireElection } from './national-input.ts';
import { EXIT, parseOptions, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna audit boxes DIR --boxes FILE --votes FILE [--seed DIGITS --percent P] [options]
       scripts/urna audit boxes DIR --forms DIR --seed DIGITS --percent P
       scripts/urna audit boxes DIR --arlo DIR

Compares boxes that were counted by hand with the result packages in DIR (what the authority published:
election.json, precincts.json, signatures, and packages at any depth): signatures in the roster, marks in
the pollbook, ballots, papers in the box, papers in the envelope, the votes of each option. Each difference is named.
With the seed of the draw it also gives the risk of each contest: the chance that a wrong outcome would
have passed. The batch is the precinct; boxes count in the order of the draw, up to the first that is
missing, and more may be counted at any time.

  --boxes FILE    ${BOX_COLUMNS.join(',')}; again for more (each state its own)
  --votes FILE    ${VOTE_COLUMNS.join(',')}: an option without a row has no
                  votes; a row with the card NULL says what was left unmarked; again for more
  --seed DIGITS   what dice showed, as for "audit sample"
  --percent P     the share that was drawn; --by state (default) or nation
  --limit P       the highest risk that is accepted, per cent; default 5
  --key FILE      the authority's public key (PEM); without it the one in DIR is trusted, and that is said
  --forms DIR     instead: writes for what was drawn STATE/boxes.csv and STATE/votes.csv, to be filled in, and
                  STATE/count.html: a page that works offline, adds up while people count and saves both
                  (in the election's language, or that of --locale)
  --arlo DIR      instead: writes each contest by relative majority for Arlo (batch comparison)
${REPORT_HELP}
                  …: boxes, risks:[{id, risk, state, counted, inOrder, boxes, next}]

${EXIT_HELP}
`;

const writeAll = (folder: string, files: ReadonlyMap<string, string>): void => {
  for (const [name, content] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeText(path, content);
  }
  process.stderr.write(`${files.size} files in ${folder}\n`);
};

/** Both tables of each state, and the page that gives them, by path. */
const formsByState = (
  { offer, precincts }: Country,
  drawn: readonly Drawn<Place>[],
  locale: Locale,
): ReadonlyMap<string, string> =>
  new Map(
    [...Map.groupBy(drawn, ({ item }) => item.state)].flatMap(([state, rows]) => {
      const here = rows.flatMap(({ item }) => precincts.get(item.id) ?? []);
      const { boxes, votes } = blankForms(here);
      return [
        [`${state}/boxes.csv`, boxes],
        [`${state}/votes.csv`, votes],
        [`${state}/count.html`, countPage(offer, state, here, locale)],
      ] as const;
    }),
  );

const limitOf = (given: string | undefined): number => {
  const share = readPercent(given ?? '5');
  if (share === null || share.millionths === 1_000_000)
    throw new UsageError('--limit P is a risk above 0 and below 100 per cent');
  return share.millionths / 1_000_000;
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      boxes: { type: 'string', multiple: true },
      votes: { type: 'string', multiple: true },
      seed: { type: 'string' },
      percent: { type: 'string' },
      by: { type: 'string' },
      limit: { type: 'string' },
      key: { type: 'string' },
      forms: { type: 'string' },
      arlo: { type: 'string' },
      ...REPORT_OPTIONS,
    });
    const folder = folderNamed(positionals, 'DIR', 'where election and packages lie');
    const limit = limitOf(values.limit);
    const { boxes: boxesFiles = [], votes: votesFiles = [], forms, arlo } = values;
    const noDraw = values.seed === undefined && values.percent === undefined;
    if (
      forms === undefined &&
      arlo === undefined &&
      (boxesFiles.length === 0 || votesFiles.length === 0)
    )
      throw new UsageError('--boxes FILE and --votes FILE are missing: what was counted by hand');
    if (forms !== undefined && noDraw)
      throw new UsageError('--forms needs --seed and --percent: what was drawn');
    const draw = noDraw ? null : drawOf(values.seed, values.percent, values.by);
    requireElection(folder);
    const nation = openToldNation(folder, keyFor(folder, values.key).key);
    if (nation === null) return EXIT.found;
    const progress = makeProgress();
    const country: Country = countryOf(
      nation,
      aggregateFolder(nation, folder, (done, of) => progress('packages verified', done, of)),
    );
    progress.end();
    const places = placesOf(nation.offer, nation.register);
    const drawn = draw === null ? null : drawSample(places, draw).map(({ item }) => item.id);
    if (forms !== undefined) {
      const here = draw === null ? [] : drawSample(places, draw);
      const locale = localeOf(values, country.offer.locale);
      writeAll(forms, formsByState(country, here, locale));
      return EXIT.fine;
    }
    if (arlo !== undefined) {
      writeAll(arlo, arloFiles(country));
      return EXIT.fine;
    }
    const boxes = withoutMistakes((report) => readCounts(boxesFiles, votesFiles, country, report));
    const risks = draw === null ? [] : contestRisks(country, boxes, draw.seed);
    return giveReport(
      boxesReport(
        {
          boxes,
          packages: [...country.precincts.values()].filter(({ row }) => row !== null).length,
          rejected: country.rejected,
          draw: draw === null || drawn === null ? null : { ...draw, drawn },
          risks,
          limit,
        },
        againText('boxes', args),
      ),
      { boxes: boxes.length, limit, risks },
      values,
    );
  });
