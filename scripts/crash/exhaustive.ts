/**
 * The whole enumeration: the second depth of the session on two threads, torn sectors at the first
 * depth, then every control. States that both threads meet count twice in the work, once in nothing:
 * the number told is of states tried.
 */
import { Worker } from 'node:worker_threads';
import { CONTROLS, type ControlOutcome, runControl, runTrouble } from './controls.ts';
import { enumerateCrashes, type Finding, type Outcome } from './enumerate.ts';
import type { PartMessage, PartOptions } from './exhaustive-part.ts';

const THREADS = 2;
/** Bytes at which a sector is torn: after the first, in either MAC of a journal, in the middle, before the last. */
const TEARS = [1, 37, 80, 256, 511] as const;

export type Exhaustive = {
  readonly states: number;
  readonly instants: number;
  readonly findings: readonly Finding[];
  readonly controls: readonly ControlOutcome[];
};

type Tell = (words: string, done: number, of: number) => void;

const runPart = (
  options: PartOptions,
  onProgress: (done: number, of: number) => void,
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./exhaustive-part.ts', import.meta.url), {
      workerData: options,
    });
    worker.on('message', (message: PartMessage) => {
      if (message.kind === 'progress') onProgress(message.done, message.of);
      else resolve(message.outcome);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a part ended with ${code} and no outcome`)));
  });

/** `stride`: of the instants of recoveries one in so many is cut; 1 is all of them. */
export const runExhaustive = async (stride: number, tell: Tell): Promise<Exhaustive> => {
  const passed = Array.from({ length: THREADS }, () => 0);
  const parts = await Promise.all(
    passed.map((_, index) =>
      runPart({ part: { index, of: THREADS }, stride }, (done, of) => {
        passed[index] = done;
        const all = passed.reduce((sum, each) => sum + each, 0);
        if (index === 0) tell('steps of the session', Math.min(all, of * THREADS), of * THREADS);
      }),
    ),
  );
  tell('torn sectors', 0, 0);
  const torn = await enumerateCrashes({ depth: 1, tears: TEARS });
  const controls: ControlOutcome[] = [];
  const findings: Finding[] = [...parts, torn].flatMap((part) => part.findings);
  for (const [at, control] of CONTROLS.entries()) {
    tell('controls', at + 1, CONTROLS.length);
    controls.push(await runControl(control));
    findings.push(...(await runTrouble(control)));
  }
  const sum = (figure: (part: Outcome) => number): number =>
    [...parts, torn].reduce((total, part) => total + figure(part), 0);
  return {
    states: sum(({ states }) => states),
    instants: sum(({ instants }) => instants),
    findings,
    controls,
  };
};
