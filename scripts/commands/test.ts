/** `urna test`: the suites. */
import { EXIT } from './options.ts';
import { runPackage } from './run-tool.ts';

/** Suites that this command will run, named here so that nobody takes another suite for them. */
const LATER: readonly string[] = ['--wires', '--exhaustive', '--kill', '--image'];

const HELP = `usage: scripts/urna test [PATH …]

Runs the plain suite, which needs nothing but the clone. With PATHs, the test files whose names
contain them. Options of the test runner (vitest) are passed on: -t NAME, --reporter NAME, …

exit code: 0 all passed, 1 a test failed, 3 a suite that is not there yet (--wires, --exhaustive, --kill, --image)
`;

export const run = async (args: readonly string[]): Promise<number> => {
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
  return runPackage('vitest/vitest.mjs', ['run', ...args]);
};
