/**
 * How long the booth stays in stages worth a figure, by the wall clock and by its own. Looks on from
 * outside: the machine knows nothing of it, and nothing of it goes into what a day leaves.
 */
import type { BoothState } from '#firmware/booth/state.ts';
import type { Clock } from '#hal/clock.ts';

export type WatchedStage = 'zeroReport' | 'tallyReport' | 'counting';

/** One stay: a report's is one copy, from the data to the cut paper. */
export type Stay = {
  readonly stage: WatchedStage;
  /** Of the processor under everything, ms. */
  readonly realMs: number;
  /** Of the machine and its devices: what people in the room wait, ms. */
  readonly virtualMs: number;
};

const stageOf = ({ stage }: BoothState): { stage: WatchedStage; copy: number } | null => {
  if (stage.name === 'counting') return { stage: 'counting', copy: 1 };
  if (stage.name !== 'report' || stage.report === 'readiness') return null;
  return { stage: stage.report === 'zero' ? 'zeroReport' : 'tallyReport', copy: stage.copy };
};

export const watchStages = (clock: Clock) => {
  const stays: Stay[] = [];
  let current: { stage: WatchedStage; copy: number; realMs: number; virtualMs: number } | null =
    null;
  return {
    stays: (): readonly Stay[] => stays,
    onBoothState: (state: BoothState): void => {
      const next = stageOf(state);
      if (next?.stage === current?.stage && next?.copy === current?.copy) return;
      const [realMs, virtualMs] = [performance.now(), clock.nowMs()];
      if (current !== null)
        stays.push({
          stage: current.stage,
          realMs: realMs - current.realMs,
          virtualMs: virtualMs - current.virtualMs,
        });
      current = next === null ? null : { ...next, realMs, virtualMs };
    },
  };
};
