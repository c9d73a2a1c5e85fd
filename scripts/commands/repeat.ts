/**
 * `urna test --repeat N`: a suite again and again, each time in another order of files, until a run fails
 * or all have passed. `--busy` keeps every core at work meanwhile: what passes only on an idle machine
 * is a test that waits on time.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EXIT, parseOptions, runCommand, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';
import { runPackage } from './run-tool.ts';

const REPEATS_MOST = 1_000;

const HELP = `usage: scripts/urna test --repeat N [--busy] [--wires] [PATH …]

Runs the suite, or the test files whose names contain a PATH, N times; ends at the first run that
fails. Each run shuffles the files anew.

  --busy        all cores are kept at work meanwhile
  --wires       the suite in real time
  --json        one JSON document on standard output: {runs, passed}

exit code: 0 every run passed, 1 one failed, 2 usage
`;

/** Counts for ever, so that its core is never idle. */
const SPIN = 'for (let n = 0; ; n = (n + 1) | 0);';

const keepBusy = (): (() => Promise<unknown>) => {
  const spinners = Array.from(
    { length: availableParallelism() },
    () => new Worker(SPIN, { eval: true }),
  );
  return () => Promise.all(spinners.map((spinner) => spinner.terminate()));
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      repeat: { type: 'string' },
      busy: { type: 'boolean' },
      wires: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const wanted = wholeNumber('repeat', values.repeat, 20, 1, REPEATS_MOST);
    const config = values.wires === true ? ['--config', 'vitest.wires.config.ts'] : [];
    const progress = makeProgress();
    const rest = values.busy === true ? keepBusy() : async () => undefined;
    let passed = 0;
    try {
      for (; passed < wanted; passed++) {
        progress('runs', passed + 1, wanted);
        const vitest = ['run', '--reporter', 'dot', '--silent=true', ...config, ...positionals];
        if ((await runPackage('vitest/vitest.mjs', vitest, process.stderr)) !== 0) break;
      }
    } finally {
      await rest();
      progress.end();
    }
    const runs = Math.min(passed + 1, wanted);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ runs, passed })}\n`
        : `${passed} of ${runs} runs passed${passed < wanted ? `; ${wanted - runs} were not made` : ''}\n`,
    );
    return passed === wanted ? EXIT.fine : EXIT.found;
  });
