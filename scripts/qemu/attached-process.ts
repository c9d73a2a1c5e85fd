/**
 * A helper program that never outlives this one: the kernel kills it when its parent ends, whatever the
 * reason (prctl(2), PR_SET_PDEATHSIG, through setpriv(1) of util-linux).
 */
import { spawn } from 'node:child_process';

export type AttachedProcess = {
  readonly pid: number;
  /** What it said last on standard error. */
  readonly lastWords: () => string;
  /** Resolves when it ended, to its exit code; null: killed. */
  readonly exited: Promise<number | null>;
  /** Ends it at once; resolves when it is gone. */
  readonly kill: () => Promise<void>;
};

const WORDS_KEPT = 4_000;

export const startAttached = (program: string, words: readonly string[]): AttachedProcess => {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-WORDS_KEPT);
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve(null);
    });
    child.once('close', (code) => resolve(code));
  });
  return {
    pid: child.pid ?? 0,
    lastWords: () => said.trim(),
    exited,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};
