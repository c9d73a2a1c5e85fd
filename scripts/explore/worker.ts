/** One worker of the exploration: takes runs and mutants by number, tells progress and what it found. */
import { parentPort } from 'node:worker_threads';
import { explore, exploreMutant, MUTANTS, type MutantFound, RUNS } from './runs.ts';
import type { Found } from './search.ts';

export type Task = { readonly of: 'run' | 'mutant'; readonly index: number };

export type Told =
  | {
      readonly kind: 'progress';
      readonly index: number;
      readonly states: number;
      readonly transitions: number;
    }
  | {
      readonly kind: 'run';
      readonly index: number;
      readonly found: Found;
      readonly seconds: number;
    }
  | { readonly kind: 'mutant'; readonly index: number; readonly found: MutantFound };

const port = parentPort;
const tell = (told: Told): void => port?.postMessage(told);

port?.on('message', ({ of, index }: Task) => {
  if (of === 'mutant') {
    const mutant = MUTANTS[index];
    if (mutant !== undefined) tell({ kind: 'mutant', index, found: exploreMutant(mutant) });
    return;
  }
  const run = RUNS[index];
  if (run === undefined) return;
  const begunMs = Date.now();
  const found = explore(run, (states, _waiting, transitions) =>
    tell({ kind: 'progress', index, states, transitions }),
  );
  tell({ kind: 'run', index, found, seconds: (Date.now() - begunMs) / 1_000 });
});
