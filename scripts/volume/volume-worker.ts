/** A worker thread of the volume test: one precinct day after the other, by the seeds it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadOwnDefinition } from '../elections/load.ts';
import { runVolumeDay, type VolumeDay } from './volume-day.ts';

export type VolumeTask = { readonly electionPath: string; readonly voters: number };

const port = parentPort;
if (port === null) throw new Error('volume-worker runs as a worker thread');
const { electionPath, voters } = workerData as VolumeTask;
const definition = loadOwnDefinition(electionPath);

/** A day that does not come to its end is an error of that day. */
const failed = (seed: number, error: unknown): VolumeDay => ({
  seed,
  ballots: 0,
  positions: 0,
  marks: 0,
  papers: 0,
  errors: [error instanceof Error ? error.message : String(error)],
});

port.on('message', (seed: number) => {
  void runVolumeDay(definition, voters, seed)
    .catch((error: unknown) => failed(seed, error))
    .then((day) => port.postMessage(day));
});
