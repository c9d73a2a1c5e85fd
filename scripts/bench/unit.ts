/**
 * A unit in its own processes, as on the hardware, on devices that a board file names (a rack of emulated
 * ones: scripts/devices/rack.ts). Whoever holds it can look at its processes from outside, cut its power
 * and switch it off; nothing else.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { certifyRequest, type DeliveryOptions, deliver } from './unit-delivery.ts';

export type UnitProcessesOptions = DeliveryOptions & {
  readonly boardFile: string;
  /** A folder for what belongs to this unit beside its devices; kept from one start to the next. */
  readonly runDir: string;
  /** What happens to it, as it tells. */
  readonly onLine?: (line: UnitLine) => void;
  /** It ended; `null`: it was killed. */
  readonly onExit?: (code: number | null) => void;
};

/** A process of the unit and the memory that it alone accounts for (proportional set size). */
export type ProcessMemory = {
  readonly pid: number;
  readonly name: string;
  readonly pssBytes: number;
};

export type UnitProcesses = {
  /** Resolves when it ended, to its exit code; null: killed. */
  readonly exited: Promise<number | null>;
  /** Resolves when desk and booth run; rejects when it ends or goes into safe mode before. */
  readonly running: Promise<void>;
  /** Kills all of its processes at once. Resolves when they are gone. */
  readonly cutPower: () => Promise<void>;
  /** In good order. */
  readonly shutDown: () => Promise<void>;
  /** Its processes now, the supervisor first. */
  readonly pids: () => readonly number[];
  readonly pss: () => readonly ProcessMemory[];
};

const SUPERVISOR = fileURLToPath(new URL('../../boot/supervisor.ts', import.meta.url));
const LINE_CHARACTERS = 4_096;
/** A unit that was told to stop and does not is killed after this. */
const SHUT_DOWN_LIMIT_MS = 20_000;

/** Of `/proc/PID/stat` (proc_pid_stat(5)): the fields after the name in brackets. */
const fieldsOf = (pid: number): readonly string[] | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
};

/** Living processes of a process group, its leader first. */
const groupOf = (leader: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [state, , group] = fieldsOf(pid) ?? [];
      return state !== 'Z' && Number(group) === leader;
    })
    .sort((a, b) => Number(b === leader) - Number(a === leader) || a - b);

/** The name of the program file, for example `booth-process`. */
const programOf = (pid: number): string => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return /([\w-]+)\.ts$/.exec(words.find((word) => word.endsWith('.ts')) ?? '')?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
};

const pssOf = (pid: number): number => {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

const parseLine = (text: string): UnitLine | null => {
  try {
    return text.length > LINE_CHARACTERS ? null : (JSON.parse(text) as UnitLine);
  } catch {
    return null;
  }
};

/** Resolves when both machines run. */
const makeRunning = () => {
  let settle: { resolve: () => void; reject: (error: Error) => void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const running = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody need look at it.
  running.catch(() => undefined);
  const seen = new Set<string>();
  return {
    running,
    take: (line: UnitLine): void => {
      if (line.kind === 'safeMode') settle.reject(new Error(`${line.code}: ${line.detail}`));
      if (line.kind === 'process' && line.state === 'running') seen.add(line.process);
      if (seen.size === 2) settle.resolve();
    },
    ended: () => settle.reject(new Error('the unit ended before it ran')),
  };
};

/** Starts the unit. On a folder in which a unit ran before it is that unit, with its memory. */
export const startUnitProcesses = (options: UnitProcessesOptions): UnitProcesses => {
  const { boardFile, runDir, provision, locale, onLine, onExit } = options;
  const delivery = join(runDir, 'delivery');
  deliver(delivery, options);
  const supervisor = spawn(
    process.execPath,
    [
      '--max-semi-space-size=2',
      SUPERVISOR,
      ...['--board', boardFile, '--run', runDir, '--delivery', delivery],
      ...['--locale', locale, '--attached'],
    ],
    // A group of its own: what starts from it can be ended with it.
    { detached: true, stdio: ['pipe', 'pipe', 'inherit'], env: {} },
  );
  const { pid } = supervisor;
  if (pid === undefined) throw new Error('the supervisor did not start');
  const started = makeRunning();
  createInterface({ input: supervisor.stdout }).on('line', (text) => {
    const line = parseLine(text);
    if (line === null) return;
    if (line.kind === 'certificateWanted') certifyRequest(delivery, provision);
    started.take(line);
    onLine?.(line);
  });
  const exited = new Promise<number | null>((resolve) => {
    supervisor.once('exit', (code) => {
      started.ended();
      onExit?.(code);
      resolve(code);
    });
  });
  const killAll = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone already.
    }
  };
  return {
    exited,
    running: started.running,
    cutPower: async () => {
      killAll();
      await exited;
    },
    shutDown: async () => {
      const late = setTimeout(killAll, SHUT_DOWN_LIMIT_MS);
      supervisor.kill('SIGTERM');
      await exited;
      clearTimeout(late);
    },
    pids: () => groupOf(pid),
    pss: () =>
      groupOf(pid).map((each) => ({ pid: each, name: programOf(each), pssBytes: pssOf(each) })),
  };
};
