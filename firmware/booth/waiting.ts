/**
 * The polls are open and nobody votes: waiting for an admission, for the pollbook's key after a
 * restart, for both media; or an officer stands at the booth. A voter who is admitted comes first.
 */
import { admit, turnAway } from './admission.ts';
import { newCheck, stepCheck } from './officer-check.ts';
import { rest } from './rest.ts';

import {
  type BoothEvent,
  type BoothState,
  bothPresent,
  nothingInStep,
  type StageOf,
} from './state.ts';
import { type BoothFacts, go, type Handlers, log, type Step } from './step.ts';

/** A menu nobody uses goes away, ms. */
export const OFFICER_IDLE_MS = 60_000;

const officerTimer = {
  kind: 'startTimer',
  timer: 'officerIdle',
  delayMs: OFFICER_IDLE_MS,
} as const;
const stopOfficerTimer = { kind: 'stopTimer', timer: 'officerIdle' } as const;

/** The officer goes away, or an event of the surroundings asks for a new decision. */
const leaves = (event: BoothEvent): boolean =>
  event.kind === 'tokenRemoved' ||
  (event.kind === 'touched' && event.action === 'officer:cancel') ||
  (event.kind === 'timerExpired' && event.timer === 'officerIdle');

/** What changes the ground on which the booth waits. */
const changesGround = (event: BoothEvent): boolean =>
  event.kind === 'mediumLost' ||
  event.kind === 'mediumReturned' ||
  event.kind === 'powerChanged' ||
  event.kind === 'linkRestarted' ||
  (event.kind === 'received' && event.message.kind === 'deskStarted');

/** For stages before the closing is durable: a voter comes first, and so does a new situation. */
export const interrupted = (
  facts: BoothFacts,
  state: BoothState,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'received' && event.message.kind === 'admission') {
    const [next, effects] = admit(facts, state, event.message.ballotStyleId);
    return [next, [stopOfficerTimer, ...effects]];
  }
  if (event.kind === 'mediumLost' || leaves(event)) {
    const [next, effects] = rest(facts, state);
    return [next, [stopOfficerTimer, { kind: 'forgetPollbookKey' }, ...effects]];
  }
  return null;
};

/** An officer at the booth: what would you like to do? */
const atOfficer = (state: BoothState): Step =>
  go(state, { name: 'officer', check: newCheck(state, 'menu') }, officerTimer);

const synchronise = (state: BoothState): Step =>
  go(
    state,
    { name: 'suspended', check: null, synchronising: true, failed: null },
    { kind: 'vault', call: 'synchronise' },
  );

const stepSuspended = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'suspended'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'received' && event.message.kind === 'admission') return turnAway(state);
  if (stage.synchronising) {
    if (event.kind === 'vaultFailed' && event.call === 'synchronise')
      return nothingInStep(state)
        ? rest(facts, state)
        : go(state, { ...stage, synchronising: false, failed: event.failure });
    if (event.kind !== 'vaultDone' || event.call !== 'synchronise') return null;
    const [next, effects] = rest(facts, state);
    const resumed = next.stage.name === 'suspended' ? [] : [log('pollsResumed', {})];
    return [next, [...resumed, ...effects]];
  }
  if (nothingInStep(state)) return rest(facts, state);
  if (event.kind === 'mediumLost') return go(state, { ...stage, check: null });
  if (!bothPresent(state))
    return event.kind === 'tokenInserted' && state.polls === 'open' ? atOfficer(state) : null;
  if (stage.check === null) {
    const asked = event.kind === 'touched' && event.action === 'media:synchronise';
    return asked || event.kind === 'tokenInserted'
      ? go(state, { ...stage, check: newCheck(state, 'synchronise'), failed: null })
      : null;
  }
  if (event.kind === 'touched' && event.action === 'officer:cancel')
    return go(state, { ...stage, check: null });
  const outcome = stepCheck(state, stage.check, event);
  if (outcome === null) return null;
  if (outcome.kind === 'goesOn')
    return go(state, { ...stage, check: outcome.check }, ...outcome.effects);
  const [next, effects] = synchronise(state);
  return [next, [...outcome.effects, { kind: 'forgetPollbookKey' }, ...effects]];
};

const stepResuming = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'resuming'>,
  event: BoothEvent,
): Step | null => {
  if (changesGround(event) && stage.check.step !== 'checking') {
    const [next, effects] = rest(facts, state);
    // Where the officer is still asked, what was typed stays.
    return next.stage.name === 'resuming' ? [{ ...next, stage }, effects] : [next, effects];
  }
  if (event.kind === 'received' && event.message.kind === 'admission') return turnAway(state);
  const outcome = stepCheck(state, stage.check, event);
  if (outcome === null) return null;
  if (outcome.kind === 'goesOn')
    return go(state, { ...stage, check: outcome.check }, ...outcome.effects);
  const [next, effects] = rest(facts, { ...state, deskWantsKey: false });
  return [next, [...outcome.effects, { kind: 'givePollbookKey' }, ...effects]];
};

export const waitingHandlers: Handlers<
  'waiting' | 'suspended' | 'resuming' | 'officer' | 'officerMenu'
> = {
  waiting: (facts, state, _stage, event) => {
    if (changesGround(event)) return rest(facts, state);
    if (event.kind === 'received' && event.message.kind === 'admission')
      return admit(facts, state, event.message.ballotStyleId);
    if (event.kind === 'tokenInserted') return atOfficer(state);
    return null;
  },
  suspended: stepSuspended,
  resuming: stepResuming,
  officer: (facts, state, stage, event) => {
    const away = interrupted(facts, state, event);
    if (away !== null) return away;
    const outcome = stepCheck(state, stage.check, event);
    if (outcome === null) return null;
    if (outcome.kind === 'goesOn')
      return go(state, { name: 'officer', check: outcome.check }, officerTimer, ...outcome.effects);
    const next = { ...state, officers: [outcome.officerId] };
    const effects = [...outcome.effects, officerTimer];
    return state.deskWantsKey
      ? go({ ...next, deskWantsKey: false }, { name: 'officerMenu' }, ...effects, {
          kind: 'givePollbookKey',
        })
      : go(next, { name: 'officerMenu' }, ...effects, { kind: 'forgetPollbookKey' });
  },
  officerMenu: (facts, state, _stage, event) => {
    if (event.kind === 'touched' && event.action === 'polls:close')
      return go(state, { name: 'closingClock' }, stopOfficerTimer, { kind: 'readCalendar' });
    return interrupted(facts, state, event);
  },
};
