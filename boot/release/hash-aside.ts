/** Hashes files in a thread of its own: of two processors the second has nothing to do while a unit starts. */
import { relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HashFile } from './hash-file.ts';
import { RELEASE_ROOT } from './root.ts';

export type Asked = { readonly root: string; readonly path: string };
/** To the oldest question that has none. */
export type Answer = { readonly digest: string | null } | { readonly failed: string };

export type HashAside = {
  readonly hash: HashFile;
  /** The thread ends; what it has not answered yet is not answered. */
  readonly end: () => Promise<void>;
};

type Waiter = { readonly answer: (digest: string | null) => void; readonly fail: HashFails };
type HashFails = (error: Error) => void;

/**
 * With the Node that runs this, the largest file of a release, it begins before anybody asks: who asks first has a
 * manifest to load and to read until then. A thread that is gone rejects what it was asked.
 */
export const hashAside = (): HashAside => {
  const thread = new Worker(new URL('./hash-thread.ts', import.meta.url));
  const waiting: Waiter[] = [];
  let gone: Error | null = null;
  const lose = (error: Error): void => {
    gone ??= error;
    for (const { fail } of waiting.splice(0)) fail(gone);
  };
  thread.on('message', (answer: Answer) => {
    const waiter = waiting.shift();
    if ('failed' in answer) waiter?.fail(new Error(answer.failed));
    else waiter?.answer(answer.digest);
  });
  thread.on('error', lose);
  thread.on('exit', () => lose(new Error('the thread that hashes has ended')));
  const ask: HashFile = (root, path) =>
    new Promise((answer, fail) => {
      if (gone !== null) return fail(gone);
      waiting.push({ answer, fail });
      thread.postMessage({ root, path } satisfies Asked);
    });

  const node = relative(RELEASE_ROOT, process.execPath);
  // One beside the tree is none of a release.
  const begun = node.startsWith('..') ? null : ask(RELEASE_ROOT, node);
  // Whoever asks for it is told.
  begun?.catch(() => undefined);
  return {
    hash: (root, path) =>
      begun !== null && root === RELEASE_ROOT && path === node ? begun : ask(root, path),
    end: async () => {
      await thread.terminate();
    },
  };
};
