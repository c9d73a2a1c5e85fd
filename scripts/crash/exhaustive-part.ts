/** One of the threads of the exhaustive enumeration: every so manieth instant of the session, to the whole second depth. */
import { parentPort, workerData } from 'node:worker_threads';
import { enumerateCrashes, type Outcome } from './enumerate.ts';

export type PartMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

export type PartOptions = {
  readonly part: { readonly index: number; readonly of: number };
  readonly stride: number;
};

const tell = (message: PartMessage): void => parentPort?.postMessage(message);

const { part, stride } = workerData as PartOptions;
const outcome = await enumerateCrashes({
  depth: 2,
  part,
  stride,
  onProgress: (_states, done, of) => tell({ kind: 'progress', done, of }),
});
tell({ kind: 'outcome', outcome });
