/** `urna simulate`: faulty election days on virtual time, drawn from seeds. */
import { DEMO_PATH, SMALL_PATH } from '../elections/load.ts';
import { FAULT_NAMES } from '../simulate/faults/families.ts';
import type { SimulatedDay } from '../simulate/simulate-day.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const VOTERS_MOST = 1_000;
const SEED_MOST = 999_999_999;
const DAYS_MOST = 1_000_000;
const THREADS_MOST = 64;

const HELP = `usage: scripts/urna simulate [options]

Whole election days, from the key ceremony to the tally report, with the real desk, booth, vault, drivers
and emulated devices in one process on a virtual clock. Faults come from the seed, on every device, both
media, both cells, the power, the clock, and the people: officers who err, voters who leave, power cuts in
the middle of any write, a board that dies while its module goes on. After each day the tally is compared
with what voters confirmed, the papers in the box, the pollbook and the urn; reprints and spoils with the
envelope; the event log is verified; and the day must have come to its end. A kind of fault is counted when
it has taken effect. The same seed gives the same bytes: the digest is over all that happened and is left.

  --seed S        seed of the first day; default 1
  --days N        days, of seeds S, S + 1, ...; default 10
  --voters N      voters of each day, 1 to ${VOTERS_MOST}; default 20
  --election E    small or demo (107 cards); default small
  --only KINDS    kinds of faults that may come, by the beginnings of their names, with commas between
                  (reader, medium.fixed, unit.powerCut); "none" for none; default all
  --least N       every kind must have taken effect so often; default 0
  --threads N     worker threads; default 2
  --story         one day, told line by line on standard error
  --list          the kinds of faults
  --json          one JSON document on standard output: {seed, days, digest, faults, violations, ...}

exit code: 0 every day in order, 1 something is not, 2 usage
`;

const replay = (voters: number, election: string, only: string | undefined, seed: number): string =>
  `scripts/urna simulate --seed ${seed} --days 1 --voters ${voters}` +
  (election === 'small' ? '' : ` --election ${election}`) +
  (only === undefined ? '' : ` --only ${only}`) +
  ' --story';

const TAIL_TOLD = 60;

const kindsOf = (only: string | undefined): readonly string[] | null => {
  if (only === undefined) return null;
  if (only === 'none') return [];
  const kinds = only.split(',');
  const unknown = kinds.find((kind) => !FAULT_NAMES.some((name) => name.startsWith(kind)));
  if (unknown !== undefined)
    throw new UsageError(`--only: no fault begins with "${unknown}"; see --list`);
  return kinds;
};

const options = {
  seed: { type: 'string' },
  days: { type: 'string' },
  voters: { type: 'string' },
  election: { type: 'string' },
  only: { type: 'string' },
  least: { type: 'string' },
  threads: { type: 'string' },
  story: { type: 'boolean' },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const oneStory = async (
  electionPath: string,
  seed: number,
  voters: number,
  only: readonly string[] | null,
): Promise<SimulatedDay> => {
  const { simulateDay } = await import('../simulate/simulate-day.ts');
  return simulateDay({
    definition: readElection(electionPath),
    voters,
    seed,
    only,
    onLine: (line) => process.stderr.write(`${line}\n`),
  });
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, options);
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    if (values.list === true) {
      process.stdout.write(`${FAULT_NAMES.join('\n')}\n`);
      return EXIT.fine;
    }
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const voters = wholeNumber('voters', values.voters, 20, 1, VOTERS_MOST);
    const least = wholeNumber('least', values.least, 0, 0, DAYS_MOST);
    const threads = wholeNumber('threads', values.threads, 2, 1, THREADS_MOST);
    const count = values.story === true ? 1 : wholeNumber('days', values.days, 10, 1, DAYS_MOST);
    const election = oneOf('election', values.election, 'small', ['small', 'demo']);
    const electionPath = election === 'small' ? SMALL_PATH : DEMO_PATH;
    const only = kindsOf(values.only);

    const { simulateDays, summarise } = await import('../simulate/simulate-days.ts');
    const progress = makeProgress();
    const beganMs = performance.now();
    const told = (day: SimulatedDay, done: number): void => {
      for (const violation of day.violations)
        process.stderr.write(`urna: seed ${day.seed}: ${violation}\n`);
      if (day.violations.length > 0 && values.story !== true)
        process.stderr.write(
          `${day.tail.slice(-TAIL_TOLD).join('\n')}\nagain: ${replay(voters, election, values.only, day.seed)}\n`,
        );
      if (count > 1) progress('simulated days', done, count);
    };
    const simulated =
      values.story === true
        ? summarise([await oneStory(electionPath, seed, voters, only)])
        : await simulateDays({
            electionPath,
            voters,
            only,
            firstSeed: seed,
            days: count,
            threads,
            onDay: told,
          });
    if (values.story === true) for (const day of simulated.days) told(day, 1);
    progress.end();
    const seconds = (performance.now() - beganMs) / 1000;
    const wrong = simulated.days.flatMap((day) =>
      day.violations.map((violation) => ({ seed: day.seed, violation })),
    );
    const rare =
      least === 0
        ? []
        : FAULT_NAMES.filter((name) => (simulated.faults[name] ?? 0) < least).map(
            (name) => `${name}: ${simulated.faults[name] ?? 0}`,
          );
    for (const line of rare)
      process.stderr.write(`urna: took effect less than ${least} times: ${line}\n`);
    const document = {
      seed,
      days: simulated.days.length,
      voters,
      election,
      votes: simulated.days.reduce((sum, { votes }) => sum + votes, 0),
      digest: simulated.digest,
      faults: simulated.faults,
      violations: wrong,
      rare,
      seconds: Math.round(seconds * 10) / 10,
    };
    const total = Object.values(simulated.faults).reduce((sum, n) => sum + n, 0);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(document)}\n`
        : [
            ...Object.entries(simulated.faults).map(
              ([kind, n]) => `${String(n).padStart(7)}  ${kind}`,
            ),
            '',
            `${document.days} days of ${voters} voters, ${document.votes} votes, ${total} faults, in ${seconds.toFixed(1)} s`,
            `digest ${document.digest}`,
            wrong.length === 0 ? 'every day is in order' : `${wrong.length} VIOLATIONS`,
            '',
          ].join('\n'),
    );
    return wrong.length === 0 && rare.length === 0 ? EXIT.fine : EXIT.found;
  });
