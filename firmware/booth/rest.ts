/**
 * What the booth does when nobody votes and nothing is pending (the journal is IDLE): decided in one
 * place from what is durable and present. `idle` goes to the desk from here alone: once per link and
 * once per token consumed, and only with both media in step.
 */
import { newCheck } from './officer-check.ts';
import { NOTHING_REMEMBERED, recover } from './recovery.ts';
import {
  type BoothState,
  bothInStep,
  DEFAULT_AIDS,
  nothingInStep,
  powerIsCritical,
  powerIsLow,
} from './state.ts';
import { type BoothFacts, go, log, type Step, turnText } from './step.ts';
import { awaitTotals } from './totals.ts';

const waitForVoter = (before: BoothState): Step => {
  const state: BoothState = { ...before, lastVote: null };
  if (state.idleTold || powerIsLow(state)) return go(state, { name: 'waiting' });
  const turn = state.turn + 1;
  return go(
    { ...state, idleTold: true, turn },
    { name: 'waiting' },
    { kind: 'send', message: { kind: 'idle', turn: turnText(turn) } },
  );
};

const restOpen = (state: BoothState): Step => {
  if (powerIsCritical(state)) return go(state, { name: 'resting', until: { name: 'waiting' } });
  if (!bothInStep(state)) return suspend(state);
  if (state.deskWantsKey) return go(state, { name: 'resuming', check: newCheck(state, 'resume') });
  return waitForVoter(state);
};

const suspend = (state: BoothState): Step =>
  go(
    state,
    { name: 'suspended', check: null, synchronising: false, failed: null },
    log('pollsSuspended', { reason: 'mediumOutOfStep' }),
  );

/** To the stage that belongs to the precinct's day and to what is present. */
export const rest = (facts: BoothFacts, before: BoothState): Step => {
  const state: BoothState = {
    ...before,
    // Closed is final, also where the booth hears of it only from the journal.
    idleTold: before.idleTold && before.polls === 'open',
    locale: facts.locale,
    aids: DEFAULT_AIDS,
    officers: [],
    override: false,
  };
  const needsVault = state.polls !== 'none' && state.polls !== 'counted';
  if (needsVault && nothingInStep(state)) return recover(state, NOTHING_REMEMBERED);
  switch (state.polls) {
    case 'none':
      return go(state, { name: 'starting', stuck: false }, { kind: 'vault', call: 'recover' });
    case 'ready':
      return bothInStep(state) ? go(state, { name: 'readyToOpen', problem: null }) : suspend(state);
    case 'open':
      return restOpen(state);
    case 'closed':
      return awaitTotals(state);
    case 'counted':
      return go(state, { name: 'finished', copies: facts.definition.rules.tallyCopies });
  }
};
