/**
 * Starts a process of the unit: the same Node, the file's source, a private channel on descriptor 3. What
 * it works with goes over that channel; its arguments name files and folders, and its environment is
 * as good as empty, so that nothing secret stands where others can read it.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ByteLink } from '#hal/byte-link.ts';
import type { ProcessHandle } from './handle.ts';
import { makeSocketLink } from './socket-link.ts';

/** The descriptor of the private channel in every process. */
export const CHANNEL_DESCRIPTOR = 3;
/** A small nursery: a process makes garbage slowly and keeps little of it. */
const NODE_OPTIONS = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'] as const;

/**
 * No more than this. Several hung devices may each hold a thread of libuv's pool, four by default; with
 * more of them the others go on.
 */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '16' } as const;

/** `file`: beside this folder, for example `booth-process.ts`. */
export const spawnProcess = (file: string, args: readonly string[]): ProcessHandle => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = spawn(process.execPath, [...NODE_OPTIONS, path, ...args], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  let ended: string | null = null;
  const listeners: ((reason: string) => void)[] = [];
  const end = (reason: string): void => {
    if (ended !== null) return;
    ended = reason;
    for (const listener of listeners) listener(reason);
  };
  child.on('error', () => end('not-started'));
  child.on('exit', (code, signal) => end(signal === null ? `code-${code}` : `signal-${signal}`));
  const channel = child.stdio[CHANNEL_DESCRIPTOR];
  if (!(channel instanceof Socket)) throw new Error('a process has no channel');
  return {
    link: makeSocketLink(channel),
    onExit: (listener) => {
      if (ended === null) listeners.push(listener);
      else listener(ended);
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

/** In the process that was started: its end of the private channel. */
export const ownChannel = (): ByteLink =>
  makeSocketLink(new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true }));
