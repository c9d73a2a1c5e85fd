/** Every run of the exploration, shared among workers. */
import { RUNS } from './runs.ts';
import type { Found } from './search.ts';
import { shareOut } from './workers.ts';

export type RunFound = Found & { readonly name: string; readonly seconds: number };

/** What a run came to so far; `done` once it is over. */
export type OnRun = (
  name: string,
  states: number,
  transitions: number,
  done: RunFound | null,
) => void;

export const exploreAll = async (onRun: OnRun): Promise<readonly RunFound[]> => {
  const found: RunFound[] = [];
  const tasks = RUNS.map((_run, index) => ({ of: 'run' as const, index }));
  await shareOut(tasks, (told) => {
    if (told.kind === 'mutant') return;
    const name = RUNS[told.index]?.name ?? '';
    if (told.kind === 'progress') {
      onRun(name, told.states, told.transitions, null);
      return;
    }
    const run: RunFound = { ...told.found, name, seconds: told.seconds };
    found.push(run);
    onRun(name, run.states, run.transitions, run);
  });
  return found;
};
