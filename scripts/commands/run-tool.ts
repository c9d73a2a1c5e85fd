/** Runs one of the project's own tools under the pinned Node, its output going straight through. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where a tool's standard output goes: to ours, or to our standard error. */
type Output = 'inherit' | typeof process.stderr;

/** Resolves with the exit code; 3 when it could not be started, 1 when a signal ended it. */
export const runTool = (
  file: string,
  args: readonly string[],
  output: Output = 'inherit',
): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: ['inherit', output, 'inherit'] });
    child.on('error', (error) => {
      process.stderr.write(`urna: ${file} does not start: ${error.message}\n`);
      resolve(3);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });

/** Runs a JavaScript entry point below node_modules. */
export const runPackage = (
  entry: string,
  args: readonly string[],
  output: Output = 'inherit',
): Promise<number> => runTool(process.execPath, [`${ROOT}/node_modules/${entry}`, ...args], output);
