/** `urna check`: what must be clean before a commit. */
import { runPackage } from './run-tool.ts';

const HELP = `usage: scripts/urna check [--fix]

Type check (tsc), lint and format check (biome). --fix mends what the linter and formatter can.

exit code: 0 clean, 1 something was found
`;

/** What runs in a browser is checked against that. */
const PAGES = ['scripts/bench/page', 'scripts/audit/boxes/count-page'];

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const fix = args.includes('--fix') ? ['--write'] : [];
  const lint = await runPackage('@biomejs/biome/bin/biome', [
    'check',
    '--error-on-warnings',
    ...fix,
  ]);
  const types = await runPackage('typescript/bin/tsc', ['--noEmit']);
  let pages = 0;
  for (const folder of PAGES)
    pages += await runPackage('typescript/bin/tsc', ['--noEmit', '-p', folder]);
  return lint === 0 && types === 0 && pages === 0 ? 0 : 1;
};
