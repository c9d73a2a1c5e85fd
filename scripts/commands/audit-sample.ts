/** `urna audit sample`: which precincts are audited, drawn from dice that were thrown in public. */
import { existsSync, statSync } from 'node:fs';
import {
  compareDraw,
  type Draw,
  drawSample,
  drawText,
  listDigest,
  listText,
  type Place,
  placesOf,
  readDraw,
  readList,
  readPercent,
  readSeed,
  SEED_DIGITS_LEAST,
  SEED_DIGITS_MOST,
} from '../audit/draw-sample.ts';
import { withoutMistakes } from '../audit/read-table.ts';
import { sampleReport } from '../audit/sample-report.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
  writeText,
} from './audit-kit.ts';
import { keyFor, openToldNation, requireElection } from './national-input.ts';
import { EXIT, MissingError, oneOf, parseOptions, UsageError } from './options.ts';

const HELP = `usage: scripts/urna audit sample LIST --seed DIGITS --percent P [options]

Draws the precincts that are audited with Rivest's consistent sampler (arXiv:1808.10016): SHA-256 of the
seed and a precinct's name gives its ticket, the smallest tickets are drawn. Anybody who has the list and
the seed gets the same, in whatever order the list is; a larger share holds the smaller one.
LIST is a folder with what the authority published (election.json, precincts.json and their signatures) or
a table with the columns id,state (CSV).

  --seed DIGITS   what dice showed in public, ${SEED_DIGITS_LEAST} to ${SEED_DIGITS_MOST} decimal digits; spaces do not count
  --percent P     share of each state, rounded up: 0.5, 1, 54, or any up to 100, with up to 4 decimals
  --by WHAT       state (default): every state its share; nation: a share of all together
  --key FILE      the authority's public key (PEM), for a folder; without it the one in the folder is
                  trusted, and that is said
  --check FILE    compares a draw that was announced, as --out writes it
  --out FILE      also writes the draw as a table (CSV)
  --list FILE     also writes the list that was drawn from, in its one spelling (CSV)
${REPORT_HELP}
                  …: seed, percent, by, list:{count, sha256}, drawn:[{id, state, ticket}]

${EXIT_HELP}
`;

/** The digits of dice as an option of a command; a usage error says what is wrong. */
export const seedOf = (given: string | undefined): string => {
  const seed = readSeed(given ?? '');
  if (seed === null)
    throw new UsageError(
      `--seed DIGITS is ${SEED_DIGITS_LEAST} to ${SEED_DIGITS_MOST} decimal digits, as dice showed them`,
    );
  return seed;
};

/** Seed and share as options of a command. */
export const drawOf = (
  seedText: string | undefined,
  percentText: string | undefined,
  by: string | undefined,
): Draw => {
  const seed = seedOf(seedText);
  const share = readPercent(percentText ?? '');
  if (share === null)
    throw new UsageError('--percent P is a share above 0 and up to 100, with up to 4 decimals');
  return { seed, share, by: oneOf('by', by, 'state', ['state', 'nation']) };
};

/** The places of a folder's register or of a table; null: the election is not what the key signed, and that was told. */
const placesAt = (list: string, key: string | undefined): readonly Place[] | null => {
  if (!existsSync(list)) throw new MissingError(`no ${list}: a folder or a table of precincts`);
  if (!statSync(list).isDirectory()) return withoutMistakes((report) => readList(list, report));
  requireElection(list);
  const nation = openToldNation(list, keyFor(list, key).key);
  return nation === null ? null : placesOf(nation.offer, nation.register);
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      seed: { type: 'string' },
      percent: { type: 'string' },
      by: { type: 'string' },
      key: { type: 'string' },
      check: { type: 'string' },
      out: { type: 'string' },
      list: { type: 'string' },
      ...REPORT_OPTIONS,
    });
    const [list, extra] = positionals;
    if (list === undefined) throw new UsageError('LIST is missing: what is drawn from');
    if (extra !== undefined) throw new UsageError(`"${extra}" is one too many`);
    const draw = drawOf(values.seed, values.percent, values.by);
    const places = placesAt(list, values.key);
    if (places === null) return EXIT.found;
    const { check } = values;
    const announced =
      check === undefined ? null : withoutMistakes((report) => readDraw(check, report));
    const drawn = drawSample(places, draw);
    const findings = announced === null ? [] : compareDraw(drawn, announced);
    if (values.out !== undefined) writeText(values.out, drawText(drawn));
    if (values.list !== undefined) writeText(values.list, listText(places));
    return giveReport(
      sampleReport(
        { places, draw, drawn, announced: announced?.length ?? null, findings },
        againText('sample', args),
      ),
      {
        seed: draw.seed,
        percent: draw.share.millionths / 10_000,
        by: draw.by,
        list: { count: places.length, sha256: listDigest(places) },
        drawn: drawn.map(({ item, ticket }) => ({ ...item, ticket })),
      },
      values,
    );
  });
