/** The hunt's hand: a worker process that is given orders under a limit, and replaced when it had to be ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerAnswer, WorkerOrder } from './orders.ts';

/** A worker has loaded its modules by then, on a machine however busy. */
const BEGIN_MS = 120_000;
/** Memory of the worker, MB: a reader that wants more for an input of 64 KB is a finding. */
export const HEAP_MB = 512;
/** What a worker that dies says last, characters kept. */
const LAST_WORDS = 2_000;

/** `stopped`: it had no end, ran out of memory, or the process died. */
export type Answer = WorkerAnswer | { readonly kind: 'stopped'; readonly text: string };

export type Hand = {
  ask(order: WorkerOrder, limitMs: number): Promise<Answer>;
  close(): Promise<void>;
};

type Hired = {
  readonly process: ChildProcess;
  /** The next message, or how it ended; `null` after `limitMs`. */
  next(limitMs: number): Promise<Answer | null>;
  readonly gone: Promise<void>;
};

const hire = (registry: string, target: string): Hired => {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [registry, target], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(0, LAST_WORDS);
  });
  const waiting: Answer[] = [];
  let wake: () => void = () => undefined;
  const put = (answer: Answer): void => {
    waiting.push(answer);
    wake();
  };
  child.on('message', (answer: WorkerAnswer) => put(answer));
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      const told = /FATAL ERROR: [^\n]*|\w*Error: [^\n]*/.exec(words)?.[0] ?? '';
      put({ kind: 'stopped', text: `ended the process (${code ?? signal}) ${told}`.trim() });
      resolve();
    });
  });
  const next = async (limitMs: number): Promise<Answer | null> => {
    if (waiting.length === 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    return waiting.shift() ?? null;
  };
  return { process: child, next, gone };
};

export const makeHand = (registry: string, target: string): Hand => {
  let hired: Hired | null = null;
  const dismiss = async (): Promise<void> => {
    const leaving = hired;
    hired = null;
    leaving?.process.kill('SIGKILL');
    await leaving?.gone;
  };
  const begin = async (): Promise<Hired> => {
    const fresh = hire(registry, target);
    hired = fresh;
    const first = await fresh.next(BEGIN_MS);
    if (first?.kind === 'ready') return fresh;
    await dismiss();
    throw new Error(
      `fuzz: the worker did not begin: ${first?.kind === 'stopped' ? first.text : ''}`,
    );
  };
  return {
    ask: async (order, limitMs) => {
      const worker = hired ?? (await begin());
      worker.process.send(order);
      const answer = (await worker.next(limitMs)) ?? {
        kind: 'stopped',
        text: `no end after ${limitMs} ms`,
      };
      if (answer.kind === 'stopped') await dismiss();
      return answer;
    },
    close: dismiss,
  };
};
