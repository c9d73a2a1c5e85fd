/** The thread of hash-aside.ts: one file, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Asked } from './hash-aside.ts';
import { hashFile } from './hash-file.ts';

const { root, path } = workerData as Asked;
parentPort?.postMessage(await hashFile(root, path));
