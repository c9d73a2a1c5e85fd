/** After closing: the desk hands over the outcomes of authentication, asked until it does. */
import { giveKey, newCheck } from './officer-check.ts';
import type { BoothState } from './state.ts';
import { go, type Handlers, type Step, stay, tellPhase } from './step.ts';

/** How often the desk is asked again, ms. */
export const TOTALS_AGAIN_MS = 2_000;

const askLater = {
  kind: 'startTimer',
  timer: 'totalsAgain',
  delayMs: TOTALS_AGAIN_MS,
} as const;

/** The desk sends its totals when it hears that the polls are closed. */
export const awaitTotals = (state: BoothState): Step =>
  go(
    state,
    { name: 'awaitingTotals', check: state.deskWantsKey ? newCheck(state, 'resume') : null },
    tellPhase(state),
    askLater,
  );

export const totalsHandlers: Handlers<'awaitingTotals'> = {
  awaitingTotals: (facts, state, stage, event) => {
    if (event.kind === 'timerExpired' && event.timer === 'totalsAgain')
      return stay(state, tellPhase(state), askLater);
    if (event.kind === 'received' && event.message.kind === 'deskStarted')
      return go(state, { ...stage, check: newCheck(state, 'resume') });
    if (event.kind !== 'received' || event.message.kind !== 'authenticationTotals')
      return giveKey(state, stage.check, event, (check) => ({ name: 'awaitingTotals', check }));
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
