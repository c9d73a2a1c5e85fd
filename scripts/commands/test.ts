/** `urna test`: the suites. */
import { runPackage } from './run-tool.ts';

const HELP = `usage: scripts/urna test [PATH …]

Runs the plain suite, which needs nothing but the clone. With PATHs, the test files whose names
contain them. Options of the test runner (vitest) are passed on: -t NAME, --reporter NAME, …

exit code: 0 all passed, 1 a test failed
`;

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  return runPackage('vitest/vitest.mjs', ['run', ...args]);
};
