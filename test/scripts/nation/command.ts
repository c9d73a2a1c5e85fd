/** Runs a command behind the launcher, as a program meets it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '#scripts/commands/run-tool.ts';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

export const urna = (...args: readonly string[]): Ended => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts/main.ts'), ...args],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return { code: status, out: stdout, err: stderr };
};
