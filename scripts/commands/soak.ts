/** `urna soak`: a long day, and what grows in it. */
import { DEMO_PATH, SMALL_PATH } from '../elections/load.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const VOTERS_MOST = 1_000;
const HOURS_MOST = 48;
const MINUTES_MOST = 1_440;

const HELP = `usage: scripts/urna soak [options]

A day of 14 hours on virtual time with a voter every 72 seconds; or, with --real-time, half an hour of
robots voting at the processes of a bench, its devices behind PTYs and sockets. At the end memory must be
flat within a stated tolerance, open files and threads must not have grown, no timer and no process may be
left behind, and voters, tally, papers, pollbook and urn must agree.

  --hours N       of the virtual day, 1 to ${HOURS_MOST}; default 14
  --voters N      of the virtual day, 1 to ${VOTERS_MOST}; default 700
  --real-time     in real time
  --minutes N     of real time, about; default 30
  --election E    small or demo; default small, with --real-time demo
  --seed S        default 1
  --json          one JSON document on standard output

exit code: 0 nothing grows, 1 something does or does not agree, 2 usage
`;

const SEED_MOST = 999_999_999;

const virtual = async (path: string, hours: number, voters: number, seed: number) => {
  const { runVirtualSoak, TASKS_MOST } = await import('../soak/virtual-soak.ts');
  const progress = makeProgress();
  const { samples, ...soak } = await runVirtualSoak({
    definition: readElection(path),
    hours,
    voters,
    seed,
    onSample: (sample) => progress('hours', Math.round(Math.max(0, sample.hours)), hours),
  });
  progress.end();
  const tasks = Math.max(...samples.map((sample) => sample.tasks));
  return {
    document: { ...soak, tasks, tasksMost: TASKS_MOST, samples },
    words: [
      `${soak.hours} hours, ${soak.votes} votes, ${samples.length} samples`,
      `memory: ${Math.round(soak.heapAnHour / 1000)} kB more an hour, allowed are ${Math.round(soak.heapAnHourMost / 1000)}`,
      `tasks of the clock at a time: ${tasks}; left behind: ${soak.tasksLeft}`,
    ],
  };
};

const real = async (path: string, minutes: number, seed: number) => {
  const { runRealSoak } = await import('../soak/real-soak.ts');
  const progress = makeProgress();
  const soak = await runRealSoak({
    definition: readElection(path),
    minutes,
    seed,
    onProgress: progress,
  });
  progress.end();
  return {
    document: soak,
    words: [
      `${soak.minutes.toFixed(1)} minutes, ${soak.votes} votes`,
      ...soak.processes.map(
        ({ name, residentBytes: [before, after], openFiles, threads }) =>
          `${name}: memory ${Math.round(before / 1e6)} then ${Math.round(after / 1e6)} MB, open files ${openFiles.join(' then ')}, threads ${threads.join(' then ')}`,
      ),
    ],
  };
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      hours: { type: 'string' },
      voters: { type: 'string' },
      minutes: { type: 'string' },
      election: { type: 'string' },
      seed: { type: 'string' },
      'real-time': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    const realTime = values['real-time'] === true;
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const election = oneOf('election', values.election, realTime ? 'demo' : 'small', [
      'small',
      'demo',
    ]);
    const path = election === 'small' ? SMALL_PATH : DEMO_PATH;
    const hours = wholeNumber('hours', values.hours, 14, 1, HOURS_MOST);
    const voters = wholeNumber('voters', values.voters, 700, 1, VOTERS_MOST);
    const minutes = wholeNumber('minutes', values.minutes, 30, 1, MINUTES_MOST);
    const { document, words } = realTime
      ? await real(path, minutes, seed)
      : await virtual(path, hours, voters, seed);
    for (const error of document.errors) process.stderr.write(`urna: ${error}\n`);
    process.stdout.write(
      values.json === true ? `${JSON.stringify(document)}\n` : `${words.join('\n')}\n`,
    );
    return document.errors.length === 0 ? EXIT.fine : EXIT.found;
  });
