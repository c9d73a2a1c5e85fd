/** A worker thread that simulates one day after the other, each in full, by the seeds it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadOwnDefinition } from '../elections/load.ts';
import { simulateDay } from './simulate-day.ts';

export type WorkerTask = {
  readonly electionPath: string;
  readonly voters: number;
  readonly only: readonly string[] | null;
};

const port = parentPort;
if (port === null) throw new Error('day-worker runs as a worker thread');
const { electionPath, voters, only } = workerData as WorkerTask;
const definition = loadOwnDefinition(electionPath);
port.on('message', (seed: number) => {
  void simulateDay({ definition, voters, seed, only }).then((day) => port.postMessage(day));
});
