/** `urna nation`: a national election, from provisioning to published, verified seats, in one command. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import { SITE_FILES } from '../evidence/site-files.ts';
import { MADE_UP_LARGEST, MADE_UP_PRECINCTS, MADE_UP_REGISTERED } from '../nation/made-up.ts';
import { resultDocument } from '../nation/result-document.ts';
import { tellResult } from '../nation/result-text.ts';
import { NATION_FOLDERS, type NationRun, runNation } from '../nation/run-nation.ts';
import { EXIT, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

export const NATION_FILE = 'nation.json';
const SEED_MOST = 2 ** 31;
const THREADS_MOST = 64;

const HELP = `usage: scripts/urna nation --precincts N --out DIR [options]

A made-up national election from provisioning to public evidence: pollbooks, signed packages, the whole day
of N precincts through the real machine (ceremony, voters, closing, tally report), certificates, every
result package verified and added up, published, and what is published verified from the key alone.

  --voters N    of each of these precincts; default: as many as one has, 699 on average
  --rest        the others, to ${MADE_UP_PRECINCTS} in all, get made-up results; the signed register marks
                them, so result and page say so too
  --seed S      another country, other voters; default 1
  --threads N   days at a time; default: one a core
  --json        {precincts, ballots, accepted, seats, ok, synthesised, errors, fullRunHours}

DIR: election/ (what is given), provisioned/ (what provision makes of it), national/ (what comes in: every
package, pictures of tally reports), published/ (what anyone can serve, ${SITE_FILES.page} in it), ${NATION_FILE}

exit code: 0 every precinct is in the sums, every day adds up and a stranger finds nothing wrong, 1 something
           is, 2 usage
`;

type Summary = {
  readonly precincts: number;
  readonly ballots: number;
  readonly accepted: number;
  readonly seats: readonly unknown[];
  readonly ok: boolean;
  readonly synthesised: number;
  readonly errors: readonly { readonly where: string; readonly error: string }[];
  /** What the days of the real country would take on this computer. */
  readonly fullRunHours: number | null;
};

const summaryOf = ({ days, synthesised, result, daysMs, failures }: NationRun): Summary => {
  const { sums } = result;
  const errors = [
    ...days.flatMap(({ precinct, errors: found }) =>
      found.map((error) => ({ where: `precinct ${precinct}`, error })),
    ),
    ...failures.map(({ file, detail }) => ({ where: `published ${file}`, error: detail })),
  ];
  const ballots = days.reduce((sum, day) => sum + day.ballots, 0);
  const complete = sums.missing.length + sums.rejected.length === 0;
  return {
    precincts: days.length,
    ballots: sums.ballots,
    accepted: sums.accepted,
    seats: resultDocument(result).seats,
    ok: complete && errors.length === 0,
    synthesised,
    errors,
    fullRunHours:
      ballots === 0 ? null : Math.round((daysMs / ballots) * MADE_UP_REGISTERED) / 3_600_000,
  };
};

const makeFolder = (out: string): void => {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UsageError(`--out ${out} holds something already; name a new or an empty folder`);
  mkdirSync(out, { recursive: true, mode: 0o700 });
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      precincts: { type: 'string' },
      out: { type: 'string' },
      voters: { type: 'string' },
      rest: { type: 'boolean' },
      seed: { type: 'string' },
      threads: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option`);
    const { out } = values;
    if (out === undefined) throw new UsageError('--out DIR is missing');
    if (values.precincts === undefined) throw new UsageError('--precincts N is missing');
    const precincts = wholeNumber('precincts', values.precincts, 1, 1, MADE_UP_PRECINCTS);
    const voters =
      values.voters === undefined
        ? null
        : wholeNumber('voters', values.voters, 1, 1, MADE_UP_LARGEST);
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const cores = Math.min(availableParallelism(), THREADS_MOST);
    const threads = wholeNumber('threads', values.threads, cores, 1, THREADS_MOST);
    makeFolder(out);
    const progress = makeProgress();
    const nation = await runNation({
      out,
      precincts,
      voters,
      rest: values.rest === true,
      seed,
      threads,
      pinCost: null,
      at: `${new Date(systemClock.calendarMs()).toISOString().slice(0, 19)}Z`,
      onProgress: progress,
    });
    progress.end();
    const summary = summaryOf(nation);
    writeFileSync(join(out, NATION_FILE), `${JSON.stringify(summary)}\n`);
    for (const { where, error } of summary.errors)
      process.stderr.write(`urna: ${where}: ${error}\n`);
    process.stdout.write(
      values.json === true ? `${JSON.stringify(summary)}\n` : tell(out, nation, summary),
    );
    return summary.ok ? EXIT.fine : EXIT.found;
  });

const tell = (out: string, nation: NationRun, summary: Summary): string =>
  [
    tellResult(nation.result).trimEnd(),
    '',
    `${summary.precincts} precincts through the real machine, ${summary.synthesised} made up`,
    summary.fullRunHours === null
      ? ''
      : `all voters of the country would take this computer ${summary.fullRunHours.toFixed(0)} hours`,
    `published    ${join(out, NATION_FOLDERS.published)}`,
    `look at      ${join(out, NATION_FOLDERS.published, SITE_FILES.page)}`,
    summary.ok
      ? 'every precinct is in the sums, every day adds up, all that is published verifies'
      : 'SOMETHING DOES NOT ADD UP',
    '',
  ].join('\n');
