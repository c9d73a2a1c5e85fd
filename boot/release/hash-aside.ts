/** Hashes files in threads of their own: of two processors the second has nothing to do while a unit starts. */
import { relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HashFile } from './hash-file.ts';
import { RELEASE_ROOT } from './root.ts';

export type Asked = { readonly root: string; readonly path: string };

const hashInThread = (asked: Asked): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { workerData: asked });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error(`${asked.path} was not hashed`)));
  });

/**
 * As `hashFile`. With the Node that runs this, which is most of a release, it begins before anybody asks: who asks
 * first has a manifest to load and to read until then.
 */
export const hashAside = (): HashFile => {
  const node = relative(RELEASE_ROOT, process.execPath);
  const begun = hashInThread({ root: RELEASE_ROOT, path: node });
  // Whoever asks for it is told.
  begun.catch(() => undefined);
  return (root, path) =>
    root === RELEASE_ROOT && path === node ? begun : hashInThread({ root, path });
};
