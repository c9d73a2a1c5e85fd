/** `urna day`: one precinct's whole election day. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_FILE, prepareFolder, writeArtefacts } from '../day/artefacts.ts';
import type { RealDayOptions } from '../day/real-time.ts';
import { type DayOptions, type DayStage, runDay, type SeenOutcome } from '../day/run-day.ts';
import { type DaySummary, summarise } from '../day/summary.ts';
import { DEMO_PATH } from '../elections/load.ts';
import {
  EXIT,
  FoundError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const VOTERS_MOST = 1_000;
/** In real time each voter takes about ten seconds. */
const REAL_VOTERS = 5;
const SEED_MOST = 999_999_999;

const HELP = `usage: scripts/urna day --out DIR [options]

Runs one precinct's whole election day on the real firmware and emulated devices, on virtual time:
ceremony, zero report, every voter, closing, count, tally report, signed result. Robots vote; at the
end what they confirmed is compared with tally, papers, pollbook and urn.

  --out DIR       where the papers, the result, the log and the media go (new, empty, or an earlier day's)
  --election F    an election definition (JSON); default: the demo election, 107 cards
  --voters N      voters of the precinct, 1 to ${VOTERS_MOST}; default 50
  --seed S        the day's chance: same seed, same bytes; default 1
  --locale L      es or en; default: the election's
  --real-time     the unit in its own processes, devices behind PTYs and sockets, nothing on virtual time;
                  default then: ${REAL_VOTERS} voters, who take about three minutes; its bytes are not repeatable
  --trace         what people in the room see, line by line, on standard error
  --json          one JSON document on standard output

exit code: 0 all agrees, 1 something differs, 2 usage or a bad election definition, 3 something is missing
`;

const STAGE_WORDS: Readonly<Record<DayStage, string>> = {
  provisioning: 'provisioning: keys, pollbook, election package',
  ceremony: 'Friday: self-test, key ceremony, zero report',
  opening: 'Sunday: opening, zero report',
  voting: 'voting',
  closing: 'closing',
  counting: 'shares, counting, tally report',
  transmission: 'sending the result, receipt',
  finished: 'switched off',
};

type Ended = { readonly outcome: SeenOutcome; readonly votingMs: number };

const virtualDay = async (options: DayOptions, trace: boolean): Promise<Ended> => {
  const outcome = await runDay({
    ...options,
    ...(trace ? { onTrace: (line) => process.stderr.write(`${line}\n`) } : {}),
  });
  return { outcome, votingMs: outcome.figures.voting.virtualMs };
};

const realDay = async (options: RealDayOptions): Promise<Ended> => {
  const [{ runRealDay }, { RobotLost }] = await Promise.all([
    import('../day/real-time.ts'),
    import('../bench/robots/hands.ts'),
  ]);
  const outcome = await runRealDay(options).catch((error: unknown) => {
    if (error instanceof RobotLost) throw new FoundError(`a robot is lost: ${error.message}`);
    throw error;
  });
  return { outcome, votingMs: outcome.votingMs };
};

const tell = (
  folder: string,
  summary: DaySummary,
  outcome: SeenOutcome,
  votingMs: number,
): string => {
  const { findings } = summary;
  const minutes = votingMs / 60_000;
  const length =
    minutes < 120 ? `${minutes.toFixed(0)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
  const perVoter = votingMs / 1000 / Math.max(1, summary.ballots);
  return [
    `${summary.voters} voters on the list, ${summary.ballots} voted; ${outcome.refused.length} IDs were turned away (mistyped, or voted already)`,
    `voting took ${length} of the machine's time, ${perVoter.toFixed(0)} s a voter`,
    ...Object.entries(summary.nulls).map(([contest, nulls]) => `null votes, ${contest}: ${nulls}`),
    `papers: ${summary.ballots} in the box, ${summary.reprints} reprints and ${summary.spoils} spoils in the envelope`,
    `machine code ${outcome.machineCode}`,
    '',
    `look at      ${join(folder, 'tally-report.png')}`,
    `             ${join(folder, 'zero-report.png')}`,
    `             ${join(folder, 'paper-records')}/`,
    'signature    openssl pkeyutl -verify -pubin -rawin \\',
    `               -inkey ${join(folder, 'machine-key.pem')} \\`,
    `               -in ${join(folder, 'result-package.json')} \\`,
    `               -sigfile ${join(folder, 'result-package.sig')}`,
    '',
    ...(findings.length === 0
      ? ['voters, tally, papers, pollbook and urn agree']
      : ['THESE DIFFER:', ...findings.map((finding) => `  ${finding}`)]),
    '',
  ].join('\n');
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      out: { type: 'string' },
      election: { type: 'string' },
      voters: { type: 'string' },
      seed: { type: 'string' },
      locale: { type: 'string' },
      trace: { type: 'boolean' },
      json: { type: 'boolean' },
      'real-time': { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    const realTime = values['real-time'] === true;
    if (realTime && values.trace === true)
      throw new UsageError('--trace is for days on virtual time; look on with "bench" instead');
    if (values.out === undefined)
      throw new UsageError('--out DIR is missing: where the papers shall go');
    const folder = values.out;
    const voters = wholeNumber(
      'voters',
      values.voters,
      realTime ? REAL_VOTERS : 50,
      1,
      VOTERS_MOST,
    );
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const definition = readElection(values.election ?? DEMO_PATH);
    const locale = oneOf('locale', values.locale, definition.locale, ['es', 'en']);
    await prepareFolder(folder);

    const progress = makeProgress();
    const options = {
      definition,
      voters,
      seed,
      locale,
      onProgress: (stage: DayStage, done: number, of: number) =>
        progress(STAGE_WORDS[stage], done, of),
    };
    const { outcome, votingMs } = realTime
      ? await realDay(options)
      : await virtualDay(options, values.trace === true);
    const summary = summarise(definition, outcome, { seed, voters });
    await writeFile(join(folder, DAY_FILE), `${JSON.stringify(summary, null, 2)}\n`);
    await writeArtefacts(folder, outcome, (done, of) => progress('drawing the papers', done, of));
    progress.end();
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(summary)}\n`
        : tell(folder, summary, outcome, votingMs),
    );
    return summary.ok ? EXIT.fine : EXIT.found;
  });
