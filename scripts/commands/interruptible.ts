/**
 * Work that computes without a pause, in a process of its own: no handler of a signal could run beside it,
 * so whoever stops it with Ctrl+C would leave behind what it had written so far, secrets too. This process
 * stays free: it hands the signal on, sees the other one end and clears up.
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { unfinishedOf } from '../nation/whole-folder.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const clearUp = (unfinished: string, signal: NodeJS.Signals): void => {
  if (!existsSync(unfinished)) return;
  rmSync(unfinished, { recursive: true, force: true });
  process.stderr.write(
    `\nurna: ended by ${signal}: ${unfinished} and the secrets in it were removed; nothing is left\n`,
  );
};

/**
 * Runs `module`, which writes `out` with `writeWholeFolder`. Resolves with its exit code; ended by a signal
 * 128 and the signal's number, as a shell says it.
 */
export const runInterruptible = (
  module: URL,
  args: readonly string[],
  out: string,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(module), ...args], {
      stdio: 'inherit',
    });
    const hand = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, hand);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const each of SIGNALS) process.off(each, hand);
      if (signal !== null) clearUp(unfinishedOf(out), signal);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
