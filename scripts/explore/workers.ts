/** Shares the exploration's tasks among workers, one for each core up to two. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Task, Told } from './worker.ts';

const WORKERS_MOST = 2;

export const shareOut = (tasks: readonly Task[], hear: (told: Told) => void): Promise<void> => {
  const waiting = [...tasks];
  const count = Math.max(1, Math.min(WORKERS_MOST, availableParallelism(), tasks.length));
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      const next = (): void => {
        const task = waiting.shift();
        if (task !== undefined) worker.postMessage(task);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('message', (told: Told) => {
        hear(told);
        if (told.kind !== 'progress') next();
      });
      next();
    });
  return Promise.all(Array.from({ length: count }, work)).then(() => undefined);
};
