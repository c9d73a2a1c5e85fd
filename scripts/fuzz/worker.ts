/**
 * A process that runs inputs for the hunt. A process and not a thread: a reader that wants more memory
 * than there is takes the whole process with it, and one that hangs is ended from outside.
 * Arguments: the module that exports `TARGETS`, the target's name.
 */
import type { WorkerAnswer, WorkerOrder } from './orders.ts';
import { judge, runRange } from './run.ts';
import type { FuzzTarget } from './target.ts';

const [registry = '', name = ''] = process.argv.slice(2);
const { TARGETS } = (await import(registry)) as { readonly TARGETS: readonly FuzzTarget[] };
const target = TARGETS.find((each) => each.name === name);
if (target === undefined) throw new Error(`fuzz worker: no target ${name}`);

const obey = async (order: WorkerOrder): Promise<WorkerAnswer> => {
  switch (order.kind) {
    case 'range':
      return { kind: 'range', report: await runRange(target, order.seed, order.from, order.to) };
    case 'one':
      return { kind: 'one', outcome: await judge(target, order.input) };
  }
};

const tell = (answer: WorkerAnswer): void => {
  process.send?.(answer);
};
process.on('message', (order: WorkerOrder) => {
  void obey(order).then(tell);
});
process.on('disconnect', () => process.exit());
tell({ kind: 'ready' });
