/** `urna measure`: figures of what runs, against their limits. */
import { AREA_NAMES, AREAS, type Measured } from '../measure/areas.ts';
import { figureTable } from '../measure/figure.ts';
import { EXIT, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const VOTERS_MOST = 1_000;
const DAYS_MOST = 100;
const VOTES_MOST = 500;

const HELP = `usage: scripts/urna measure [AREA] [options]

Measures on this machine and holds the figures against their limits. Areas: ${AREA_NAMES.join(', ')};
default: day. Each day runs in a process of its own, in full: artefacts, drawings and accounts included.

image builds the image for x64, and starts it in QEMU with its devices outside: software emulation, two processors,
512 MB, directly with its kernel. A start lasts until the screen shows the first thing to be touched: on a unit that
has its certificate and no ceremony yet, the button that begins that, or the one that repeats the self-test. The
shares of its stages are told, and what all processes weigh then; with --votes also what they weigh after so many.

  --voters N      voters of a measured day, 1 to ${VOTERS_MOST}; default 700
  --days N        measured days, of seeds 1 to N; default 1
  --votes N       image only: voters who come before it is weighed again, 0 to ${VOTES_MOST}; default 0. Each takes
                  some ten seconds, and whoever has a print on record votes
  --json          one JSON document on standard output: a list of
                  {name, unit, median, p99, floor, ratio, n, limit, ok}

exit code: 0 all within limits, 1 a limit is missed or a day's accounts differ, 2 usage
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      voters: { type: 'string' },
      days: { type: 'string' },
      votes: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [area = 'day', extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is one area too many`);
    const name = AREA_NAMES.find((each) => each === area);
    if (name === undefined)
      throw new UsageError(`no area "${area}"; there is: ${AREA_NAMES.join(', ')}`);
    const voters = wholeNumber('voters', values.voters, 700, 1, VOTERS_MOST);
    const days = wholeNumber('days', values.days, 1, 1, DAYS_MOST);

    const votes = wholeNumber('votes', values.votes, 0, 0, VOTES_MOST);

    const progress = makeProgress();
    const measured: Measured = await AREAS[name]({ voters, days, votes, onProgress: progress });
    const { figures, findings, text } = measured;
    progress.end();
    for (const finding of findings) process.stderr.write(`urna: ${finding}\n`);
    if (text !== undefined && values.json !== true) process.stdout.write(`${text}\n\n`);
    process.stdout.write(
      values.json === true ? `${JSON.stringify(figures)}\n` : `${figureTable(figures)}\n`,
    );
    const sound = findings.length === 0 && figures.every(({ ok }) => ok !== false);
    return sound ? EXIT.fine : EXIT.found;
  });
