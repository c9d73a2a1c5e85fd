/**
 * Starts a program of the unit: the same Node, the file's source, a private channel on descriptor 3. What
 * it works with goes over that channel; its arguments name files and folders, and its environment is
 * as good as empty, so that nothing secret stands where others can read it. On a unit it runs as a user of
 * its own in a sandbox (sandbox.ts); on a bench as it is. That is a value which whoever starts it has from
 * the unit file, and the only difference.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ByteLink } from '#hal/byte-link.ts';
import { RUNS_UNTYPED, UNTYPED_LOADER } from '../release/untyped.ts';
import type { ProcessHandle } from './handle.ts';
import { BUBBLEWRAP, type Sandbox, sandboxArguments } from './sandbox.ts';
import { makeSocketLink } from './socket-link.ts';

/** The descriptor of the private channel in every process. */
export const CHANNEL_DESCRIPTOR = 3;
/** Of the line to whoever starts programs for it, in a process that may have any started (launch.ts). */
export const CONTROL_DESCRIPTOR = 4;
const FILTER_DESCRIPTOR = 5;

/** A small nursery: a process makes garbage slowly and keeps little of it. */
const NODE_OPTIONS: readonly string[] = [
  '--max-semi-space-size=2',
  '--disable-warning=ExperimentalWarning',
  ...(RUNS_UNTYPED
    ? [`--import=${fileURLToPath(new URL(`../../${UNTYPED_LOADER}`, import.meta.url))}`]
    : []),
];

/**
 * Where the processor has protection keys: without V8's books of the pages that they guard. A page that is missing
 * in them ends the process ("Check failed: it->second.Size() > offset", seen in a virtual unit;
 * github.com/nodejs/node/issues/64500). A unit's kernel uses none (scripts/image/command-line.ts): Node starts later
 * with this option, most likely because its own compiled code is of other flags and not taken then.
 */
const withoutKeys = (): readonly string[] =>
  process.arch === 'x64' && /^flags.* pku\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))
    ? ['--no-memory-protection-keys']
    : [];

/**
 * No more than this. Several hung devices may each hold a thread of libuv's pool, four by default; with
 * more of them the others go on. A home, because the package that draws asks for one when it is loaded, and
 * a user without an entry in any list has none; nothing is kept there.
 */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '16', HOME: '/' } as const;

/** Whom and what a program runs as. */
export type Confinement = {
  readonly sandbox: Sandbox;
  /** User and group. */
  readonly user: number;
  /** The file with its system-call filter (filter.ts). */
  readonly filter: string;
  /** 0 to 19, on top of ours: the higher, the more others go before it (setpriority(2)). */
  readonly nice: number;
};

export type Program = {
  /** Beside this folder, for example `booth-process.ts`. */
  readonly file: string;
  readonly args: readonly string[];
  /** Its end of the private channel; `pipe`: a fresh one, whose other end is ours. */
  readonly channel: 'pipe' | Socket | 'ignore';
  /** A fresh line on `CONTROL_DESCRIPTOR`. */
  readonly control: boolean;
  readonly confinement: Confinement | null;
};

/** What is started has the priority of the thread that starts it, which only root has back afterwards. */
const startNice = (nice: number, start: () => ChildProcess): ChildProcess => {
  if (nice === 0) return start();
  const own = getPriority();
  setPriority(own + nice);
  try {
    return start();
  } finally {
    setPriority(own);
  }
};

/** Our ends stand in `stdio`. */
export const startProgram = (program: Program): ChildProcess => {
  const { file, args, channel, control, confinement } = program;
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const command = [process.execPath, ...NODE_OPTIONS, ...withoutKeys(), path, ...args];
  const stdio = ['ignore', 'inherit', 'inherit', channel, control ? 'pipe' : 'ignore'] as const;
  if (confinement === null) {
    const [node = '', ...rest] = command;
    return spawn(node, rest, { env: ENVIRONMENT, stdio: [...stdio] });
  }
  const { sandbox, user, filter, nice } = confinement;
  const descriptor = openSync(filter, 'r');
  try {
    return startNice(nice, () =>
      spawn(
        BUBBLEWRAP,
        sandboxArguments(sandbox, ENVIRONMENT, FILTER_DESCRIPTOR, command),
        // Node takes the other groups away with the user.
        { env: {}, cwd: '/', uid: user, gid: user, stdio: [...stdio, descriptor] },
      ),
    );
  } finally {
    closeSync(descriptor);
  }
};

/**
 * A signal that ended what bubblewrap confined comes as it does from a shell, 128 and its number (bubblewrap.c,
 * propagate_exit_status).
 */
const SIGNAL_BASE = 128;
const SIGNALS: ReadonlyMap<number, string> = new Map(
  // Of two names of one number the first is the usual one.
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);
const howEnded = (code: number | null, signal: NodeJS.Signals | null): string => {
  const name = signal ?? SIGNALS.get((code ?? 0) - SIGNAL_BASE);
  return name === undefined ? `code-${code}` : `signal-${name}`;
};

/** Why it ended, in a word; told once, and at once when it has ended already. */
export const whenEnded = (child: ChildProcess): ProcessHandle['onExit'] => {
  let ended: string | null = null;
  const listeners: ((reason: string) => void)[] = [];
  const end = (reason: string): void => {
    if (ended !== null) return;
    ended = reason;
    for (const listener of listeners) listener(reason);
  };
  // One that runs and could not be ended is told as an error too.
  child.on('error', () => {
    if (child.pid === undefined) end('not-started');
  });
  child.on('exit', (code, signal) => end(howEnded(code, signal)));
  return (listener) => {
    if (ended === null) listeners.push(listener);
    else listener(ended);
  };
};

/** Straight from here, as whoever runs this. */
export const spawnProcess = (file: string, args: readonly string[]): ProcessHandle => {
  const child = startProgram({ file, args, channel: 'pipe', control: false, confinement: null });
  const onExit = whenEnded(child);
  const channel = child.stdio[CHANNEL_DESCRIPTOR];
  if (!(channel instanceof Socket)) throw new Error('a process has no channel');
  return { link: makeSocketLink(channel), onExit, kill: () => void child.kill('SIGKILL') };
};

/** In the process that was started: its end of the private channel. */
export const ownChannel = (): ByteLink =>
  makeSocketLink(new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true }));
