/** A worker thread of the national run: one precinct day after the other, by the places it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PrecinctDay, type PrecinctTask, runPrecinctDay } from './precinct-day.ts';

export type NationTask = Omit<PrecinctTask, 'precinct' | 'seed'> & {
  readonly precincts: readonly string[];
  readonly seed: number;
};

const port = parentPort;
if (port === null) throw new Error('nation-worker runs as a worker thread');
const { precincts, seed, ...task } = workerData as NationTask;

port.on('message', (at: number) => {
  const precinct = precincts[at] ?? '';
  void runPrecinctDay({ ...task, precinct, seed: seed + at })
    .catch((error: unknown): PrecinctDay => {
      const message = error instanceof Error ? error.message : String(error);
      return { precinct, ballots: 0, errors: [message] };
    })
    .then((day) => port.postMessage(day));
});
