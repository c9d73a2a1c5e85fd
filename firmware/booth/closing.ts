/**
 * Closing: the presiding officer has asked for it at the menu. Before the calendar's end a second
 * officer agrees; an officer confirms that nobody queues; then it is durable and final. Until that
 * moment a voter who is admitted comes first.
 */
import { turnAway } from './admission.ts';
import { newCheck, stepCheck } from './officer-check.ts';
import { rest } from './rest.ts';
import type { BoothEvent, BoothState, StageOf } from './state.ts';
import { type BoothFacts, go, type Handlers, log, type Step } from './step.ts';
import { interrupted } from './waiting.ts';

const stepOverride = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'closingOverride'>,
  event: BoothEvent,
): Step | null => {
  // The presiding officer's token makes way for the second officer's.
  const swapped = event.kind === 'tokenRemoved';
  const away = swapped ? null : interrupted(facts, state, event);
  if (away !== null) return away;
  const outcome = stepCheck(state, stage.check, event);
  if (outcome === null) return null;
  if (outcome.kind === 'goesOn')
    return go(state, { name: 'closingOverride', check: outcome.check }, ...outcome.effects);
  return go(
    { ...state, officers: [...state.officers, outcome.officerId], override: true },
    { name: 'closingQueue' },
    ...outcome.effects,
    { kind: 'forgetPollbookKey' },
  );
};

export const closingHandlers: Handlers<
  'closingClock' | 'closingOverride' | 'closingQueue' | 'closingStored'
> = {
  closingClock: (facts, state, _stage, event) => {
    if (event.kind !== 'calendarRead') return interrupted(facts, state, event);
    return event.position === 'afterClosing' || event.position === 'expired'
      ? go(state, { name: 'closingQueue' })
      : go(state, { name: 'closingOverride', check: newCheck(state, 'closeOverride') });
  },
  closingOverride: stepOverride,
  closingQueue: (facts, state, _stage, event) => {
    if (event.kind === 'tokenRemoved') return null;
    if (event.kind !== 'touched') return interrupted(facts, state, event);
    if (event.action === 'queue:empty')
      return go(state, { name: 'closingStored' }, log('queueConfirmedEmpty', {}), {
        kind: 'vault',
        call: 'closePolls',
      });
    if (event.action !== 'queue:waiting' && event.action !== 'officer:cancel') return null;
    const [next, effects] = rest(facts, state);
    return [next, [log('closingRefused', { reason: 'votersWaiting' }), ...effects]];
  },
  closingStored: (facts, state, _stage, event) => {
    if (event.kind === 'received' && event.message.kind === 'admission') return turnAway(state);
    if (event.kind !== 'vaultDone' || event.call !== 'closePolls') return null;
    const closed = log('pollsClosed', { override: state.override });
    const [next, effects] = rest(facts, { ...state, idleTold: false });
    // Nothing is under way here: an admission that still stands at the desk leads to no vote.
    return [next, [closed, { kind: 'send', message: { kind: 'notCompleted' } }, ...effects]];
  },
};
