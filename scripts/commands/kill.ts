/** `urna test --kill N`: the processes of a unit die at random instants on real files. */
import { runKills } from '../crash/kill.ts';
import { EXIT, parseOptions, runCommand, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const KILLS_MOST = 100_000;

const HELP = `usage: scripts/urna test --kill N [options]

Lets a unit's vault and desk file work on folders of this machine and kills the process N times at
random instants; each next one gets up, finishes, holds its books against the papers and goes on. It
can not see a sync that is missing, since the system outlives the process: --exhaustive does.

  --seed S      when the kills strike; default 1
  --json        one JSON document on standard output: {kills, precincts, votes, failures}

exit code: 0 every precinct's count was right, 1 otherwise, 2 usage
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      kill: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    });
    const wanted = wholeNumber('kill', values.kill, 200, 1, KILLS_MOST);
    const seed = wholeNumber('seed', values.seed, 1, 0, Number.MAX_SAFE_INTEGER);
    const progress = makeProgress();
    const outcome = await runKills(wanted, seed, (kills) => progress('kills', kills, wanted));
    progress.end();
    for (const failure of outcome.failures) process.stderr.write(`urna: ${failure}\n`);
    const { kills, precincts, votes, failures } = outcome;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ kills, precincts, votes, failures: failures.length })}\n`
        : `${kills} kills, ${precincts} precincts came to their end with ${votes} votes, ${failures.length} failures\n`,
    );
    return failures.length === 0 ? EXIT.fine : EXIT.found;
  });
