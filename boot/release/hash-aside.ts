/** Hashes a file in a thread of its own: of two processors the second has nothing to do while a unit starts. */
import { Worker } from 'node:worker_threads';
import type { hashFile } from './verify.ts';

export type Asked = { readonly root: string; readonly path: string };

/** As `hashFile`. */
export const hashAside: typeof hashFile = (root, path) =>
  new Promise((resolve, reject) => {
    const asked: Asked = { root, path };
    const thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { workerData: asked });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error(`${path} was not hashed`)));
  });
