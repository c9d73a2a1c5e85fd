/** The thread of hash-aside.ts: a file, an answer, in the order in which they were asked. */
import { parentPort } from 'node:worker_threads';
import type { Answer, Asked } from './hash-aside.ts';
import { hashFile } from './hash-file.ts';

const answerTo = async ({ root, path }: Asked): Promise<Answer> => {
  try {
    return { digest: await hashFile(root, path) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
};

let turn: Promise<void> = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  turn = turn.then(async () => parentPort?.postMessage(await answerTo(asked)));
});
