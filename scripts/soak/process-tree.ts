/** What a program and the processes that it started take of the system, as Linux tells it (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

export type ProcessUse = {
  readonly pid: number;
  /** The program's last words on its command line: which process of the unit it is. */
  readonly name: string;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly threads: number;
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const childrenOf = (pid: number): readonly number[] => {
  let tasks: readonly string[];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`)
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
};

const treeOf = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

const fieldOf = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);

const useOf = (pid: number): ProcessUse | null => {
  const status = read(`/proc/${pid}/status`);
  if (status === '') return null;
  const words = read(`/proc/${pid}/cmdline`).split('\0');
  const script = words.find((word) => word.endsWith('.ts')) ?? words[0] ?? '';
  let openFiles = 0;
  try {
    openFiles = readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
  return {
    pid,
    name: script.split('/').slice(-2).join('/'),
    residentBytes: fieldOf(status, 'VmRSS') * 1024,
    openFiles,
    threads: fieldOf(status, 'Threads'),
  };
};

/** This process and all below it. One that ends while it is looked at is left out. */
export const processTree = (): readonly ProcessUse[] =>
  treeOf(process.pid).flatMap((pid) => useOf(pid) ?? []);
