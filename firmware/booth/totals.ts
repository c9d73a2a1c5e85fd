/**
 * After closing: the desk hands over the outcomes of authentication, asked until it does. When it
 * does not, the officers are told: the tally report can not say who voted without it.
 */
import { giveKey, newCheck } from './officer-check.ts';
import type { BoothState, StageOf } from './state.ts';
import { go, type Handlers, log, type Step, tellPhase } from './step.ts';

/** How often the desk is asked again, ms. */
export const TOTALS_AGAIN_MS = 2_000;

/** Asked in vain as often as this, the officers are told: longer than a desk takes that started anew. */
export const TOTALS_PATIENCE = 5;

const askLater = {
  kind: 'startTimer',
  timer: 'totalsAgain',
  delayMs: TOTALS_AGAIN_MS,
} as const;

/** The desk sends its totals when it hears that the polls are closed. */
export const awaitTotals = (state: BoothState): Step =>
  go(
    state,
    {
      name: 'awaitingTotals',
      check: state.deskWantsKey ? newCheck(state, 'resume') : null,
      asked: 0,
    },
    tellPhase(state),
    askLater,
  );

/** A desk that waits for its pollbook's key can not answer: then it is the officers' turn, not the desk's. */
const askAgain = (state: BoothState, stage: StageOf<'awaitingTotals'>): Step => {
  const asked = stage.check === null ? Math.min(stage.asked + 1, TOTALS_PATIENCE) : 0;
  const news = asked === TOTALS_PATIENCE && stage.asked < TOTALS_PATIENCE;
  return go(
    state,
    { ...stage, asked },
    ...(news ? [log('deviceFault', { code: 'process.deskFailed' })] : []),
    tellPhase(state),
    askLater,
  );
};

export const totalsHandlers: Handlers<'awaitingTotals'> = {
  awaitingTotals: (facts, state, stage, event) => {
    if (event.kind === 'timerExpired' && event.timer === 'totalsAgain')
      return askAgain(state, stage);
    if (event.kind === 'received' && event.message.kind === 'deskStarted')
      return go(state, { ...stage, check: newCheck(state, 'resume'), asked: 0 });
    if (event.kind !== 'received' || event.message.kind !== 'authenticationTotals')
      return giveKey(state, stage.check, event, (check) => ({ ...stage, check, asked: 0 }));
    return go(
      { ...state, authentication: event.message.totals, deskWantsKey: false },
      {
        name: 'shares',
        step: state.tokenPresent ? 'removeToken' : 'insertToken',
        pin: '',
        given: 0,
        needed: facts.definition.rules.shareThreshold,
        refusal: null,
      },
      { kind: 'stopTimer', timer: 'totalsAgain' },
    );
  },
};
