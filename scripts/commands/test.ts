/** `urna test`: the suites. */
import { EXIT } from './options.ts';
import { runPackage } from './run-tool.ts';

/** Suites that this command will run, named here so that nobody takes another suite for them. */
const LATER: readonly string[] = ['--image'];

const HELP = `usage: scripts/urna test [PATH …]

Runs the plain suite, which needs nothing but the clone. With PATHs, the test files whose names
contain them. Options of the test runner (vitest) are passed on: -t NAME, --reporter NAME, …

  --wires     the suite in real time instead: PTYs, sockets, other people's programs, a browser.
              What it needs from Debian is skipped with a reason where it is missing
  --kill N    instead: a unit's process killed N times on real files (--kill --help tells more)
  --repeat N  the suite, or PATHs of it, N times (--repeat --help tells more)
  --exhaustive  instead: every state that a crash may leave (--exhaustive --help tells more)

exit code: 0 all passed, 1 a test failed, 3 a suite that is not there yet (--image)
`;

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--kill')) return (await import('./kill.ts')).run(args);
  if (args.includes('--exhaustive')) return (await import('./exhaustive.ts')).run(args);
  if (args.includes('--repeat')) return (await import('./repeat.ts')).run(args);
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const later = args.find((arg) => LATER.includes(arg));
  if (later !== undefined) {
    process.stderr.write(
      `urna: the ${later.slice(2)} suite is not there yet; without it the plain one runs\n`,
    );
    return EXIT.missing;
  }
  if (!args.includes('--wires')) return runPackage('vitest/vitest.mjs', ['run', ...args]);
  const rest = args.filter((arg) => arg !== '--wires');
  return runPackage('vitest/vitest.mjs', ['run', '--config', 'vitest.wires.config.ts', ...rest]);
};
