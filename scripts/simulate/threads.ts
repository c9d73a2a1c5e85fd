/**
 * Work by seeds on worker threads. What comes of a seed is that seed's alone: neither the number of
 * threads nor their order changes anything.
 */
import { Worker } from 'node:worker_threads';

/**
 * A thread that has worked for so long gives way to a fresh one, ms. johnny-five and firmata.js keep every
 * board ever made, and with it the day it stood in; a unit makes one, a simulation some for each day.
 */
const RETIRE_AFTER_MS = 30_000;

export type SeedsOptions<Outcome> = {
  /** The module that the threads run: it is posted a seed and posts what came of it. */
  readonly module: URL;
  readonly workerData: unknown;
  /** The next seed; null: no more. */
  readonly next: () => number | null;
  readonly threads: number;
  readonly onOutcome: (outcome: Outcome) => void;
  /** A seed that computes for so long is ended, ms; and what is said of it. */
  readonly limitMs: number;
  readonly endless: (seed: number) => Outcome;
};

/** Takes seeds until none is left. */
const runThread = <Outcome>(options: SeedsOptions<Outcome>): Promise<void> =>
  new Promise((resolve, reject) => {
    let worker: Worker | null = null;
    let startedMs = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = async (): Promise<void> => {
      clearTimeout(timer);
      await worker?.terminate();
      worker = null;
    };
    const start = (): Worker => {
      const started = new Worker(options.module, { workerData: options.workerData });
      started.on('error', (error) => void end().then(() => reject(error)));
      started.on('message', (outcome: Outcome) => {
        clearTimeout(timer);
        options.onOutcome(outcome);
        if (performance.now() - startedMs < RETIRE_AFTER_MS) take();
        else void end().then(take);
      });
      startedMs = performance.now();
      return started;
    };
    const giveUp = (seed: number): void => {
      void end().then(() => {
        options.onOutcome(options.endless(seed));
        take();
      });
    };
    const take = (): void => {
      const seed = options.next();
      if (seed === null) {
        void end().then(resolve);
        return;
      }
      worker ??= start();
      timer = setTimeout(giveUp, options.limitMs, seed);
      worker.postMessage(seed);
    };
    take();
  });

/** Resolves when every seed is done; rejects when a thread throws, which is a bug. */
export const runSeeds = async <Outcome>(options: SeedsOptions<Outcome>): Promise<void> => {
  await Promise.all(Array.from({ length: options.threads }, () => runThread(options)));
};
