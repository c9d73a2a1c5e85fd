/** `urna test`: the suites. */
import { EXIT } from './options.ts';
import { runPackage } from './run-tool.ts';

/** Suites with options of their own. */
const SUITES = {
  '--wires': 'vitest.wires.config.ts',
  '--image': 'vitest.image.config.ts',
} as const;

const HELP = `usage: scripts/urna test [PATH …]

Runs the plain suite, which needs nothing but the clone. With PATHs, the test files whose names
contain them. Options of the test runner (vitest) are passed on: -t NAME, --reporter NAME, …

  --wires     the suite in real time instead: PTYs, sockets, other people's programs, a browser.
              What it needs from Debian is skipped with a reason where it is missing
  --image     the suite of virtual machines instead, in real time, one at a time: a stock kernel and the unit's
              devices. Skipped with a reason and a line for apt where packages are missing
  --kill N    instead: a unit's process killed N times on real files (--kill --help tells more)
  --blocks N  instead: N states of a guest's disk when the power goes (--blocks --help tells more)
  --repeat N  the suite, or PATHs of it, N times (--repeat --help tells more)
  --exhaustive  instead: every state that a crash may leave (--exhaustive --help tells more)

exit code: 0 all passed, 1 a test failed
`;

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--kill')) return (await import('./kill.ts')).run(args);
  if (args.includes('--blocks')) return (await import('./blocks.ts')).run(args);
  if (args.includes('--exhaustive')) return (await import('./exhaustive.ts')).run(args);
  if (args.includes('--repeat')) return (await import('./repeat.ts')).run(args);
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  for (const [option, config] of Object.entries(SUITES)) {
    if (!args.includes(option)) continue;
    const rest = args.filter((arg) => arg !== option);
    return runPackage('vitest/vitest.mjs', ['run', '--config', config, ...rest]);
  }
  return runPackage('vitest/vitest.mjs', ['run', ...args]);
};
