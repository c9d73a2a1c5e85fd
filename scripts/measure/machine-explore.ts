/** The figures of the exploration: all of it, on as many cores as `urna explore` takes. */
import { exploreAll, type RunFound } from '../explore/explore-all.ts';
import { RUNS } from '../explore/runs.ts';
import type { AreaOptions, Measured } from './areas.ts';
import { figureOf } from './figure.ts';

/** The contract, on 2 cores. */
const EXPLORE_LIMIT_S = 300;

const problemsOf = ({ name, complete, violations }: RunFound): readonly string[] => [
  ...(complete ? [] : [`exploration, ${name}: not complete`]),
  ...violations.map(({ rule }) => `exploration, ${name}: ${rule}`),
];

export const measureExploration = async (
  onProgress: AreaOptions['onProgress'],
): Promise<Measured> => {
  const beganMs = performance.now();
  let over = 0;
  const runs = await exploreAll((name, states, _transitions, done) => {
    if (done !== null) over++;
    onProgress(`exploration: ${name}, ${states} states`, over, RUNS.length);
  });
  const seconds = (performance.now() - beganMs) / 1_000;
  const states = runs.reduce((sum, run) => sum + run.states, 0);
  return {
    figures: [
      figureOf(`the exploration, whole: ${states} states`, 's', [seconds], EXPLORE_LIMIT_S),
      figureOf('exploration', 'states a second', [Math.round(states / seconds)]),
    ],
    findings: runs.flatMap(problemsOf),
  };
};
