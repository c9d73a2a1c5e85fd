/**
 * An admission arrives from the desk: served (S1) or turned away. It consumes the `idle` that was told.
 * Admissions are the desk's to log.
 */
import { rest } from './rest.ts';
import { type BoothState, bothInStep, DEFAULT_AIDS, powerIsCritical } from './state.ts';
import { type BoothFacts, go, type Step, stay } from './step.ts';

/** An admission that can not be served: nothing is prepared, the voter may come back. */
export const turnAway = (state: BoothState): Step =>
  state.idleTold
    ? stay({ ...state, idleTold: false }, { kind: 'send', message: { kind: 'notCompleted' } })
    : stay(state, { kind: 'send', message: { kind: 'notCompleted' } });

/** S1: consumes the token. */
export const admit = (facts: BoothFacts, state: BoothState, styleId: string): Step => {
  const ballot = facts.ballots.get(styleId);
  const may = state.idleTold && bothInStep(state) && !powerIsCritical(state);
  if (!may || ballot === undefined) {
    const [next, told] = turnAway(state);
    const [resting, effects] = rest(facts, next);
    return [resting, [...told, ...effects]];
  }
  return go(
    {
      ...state,
      idleTold: false,
      locale: facts.locale,
      aids: DEFAULT_AIDS,
      officers: [],
      lastVote: null,
    },
    { name: 'activating', attempt: { ballot, rejectedOnce: false } },
    { kind: 'vault', call: 'activate' },
  );
};
