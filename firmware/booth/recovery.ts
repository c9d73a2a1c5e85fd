/**
 * Where the booth goes on after a start, or after a medium went away under a call: the phase of the
 * journal that the vault found decides, row by row as in the recovery table. What memory still knows
 * (the attempt, whether the paper came out) saves the voter a question, never a durable step.
 */
import { turnAway } from './admission.ts';
import { newCheck, stepCheck } from './officer-check.ts';
import { rest } from './rest.ts';
import { startBallotTime } from './session.ts';
import { startSelfTest } from './setup.ts';
import type { Attempt, BoothEffect, BoothEvent, BoothState, StageOf, VaultView } from './state.ts';
import { canRecover, deskNeedsKey, powerIsCritical } from './state.ts';
import { type BoothFacts, go, type Handlers, log, park, type Step, tellPhase } from './step.ts';
import { commit, cutPaper, printRecord, startPrint } from './storing.ts';

/** What memory still knows of the vote under way. */
export type Remembered = {
  readonly attempt: Attempt | null;
  readonly left: boolean;
  /** The paper: it came out, nothing was printed yet, or not known. */
  readonly printed: boolean | null;
};

export const NOTHING_REMEMBERED: Remembered = { attempt: null, left: false, printed: null };

const recoverCall: BoothEffect = { kind: 'vault', call: 'recover' };

/**
 * A medium went away under a call: the first row of the table again. When the survivor of a loss goes
 * too, the one that is back may be the older: nothing is read until both are there.
 */
export const recover = (state: BoothState, { attempt, left, printed }: Remembered): Step =>
  canRecover(state)
    ? go(state, { name: 'recovering', attempt, left, printed, stuck: false }, recoverCall)
    : go(state, { name: 'recovering', attempt, left, printed, stuck: true });

/**
 * ACTIVE is given up: nothing was prepared and nobody is marked. The desk hears `idle` when the booth
 * can take a voter again, and its officers then renew or release the admission.
 */
export const discard = (state: BoothState, ...effects: readonly BoothEffect[]): Step =>
  go({ ...state, lastVote: 'notKept' }, { name: 'discarding' }, ...effects, {
    kind: 'vault',
    call: 'discard',
  });

const prepared = (state: BoothState, view: VaultView, known: Remembered): Step => {
  const { attempt, left } = known;
  switch (view.print) {
    case 'NONE':
      return attempt === null
        ? go(state, {
            name: 'confirmVoter',
            attempt,
            check: newCheck(state, 'confirmVoter'),
          })
        : startPrint(state, attempt, left);
    case 'STARTED':
      if (known.printed === true)
        return go(
          state,
          { name: 'markingDone', attempt, left },
          { kind: 'vault', call: 'markDone' },
        );
      return known.printed === false
        ? printRecord(state, known)
        : go(state, { name: 'askPrinted', attempt, left, fault: null });
    case 'PARTIAL':
      return go(state, { name: 'foldPartial', attempt, left });
    case 'DONE':
      return cutPaper(state, known);
    case 'CONFIRMED':
      return commit(state, left);
  }
};

const rowOf = (view: VaultView) =>
  view.phase === 'PREPARED' ? (`PREPARED-${view.print}` as const) : view.phase;

const row = (state: BoothState, view: VaultView, known: Remembered): Step => {
  switch (view.phase) {
    case 'IDLE':
      return go(
        known.attempt === null ? state : { ...state, lastVote: 'notKept' },
        { name: 'cleaning' },
        { kind: 'vault', call: 'clean' },
      );
    case 'ACTIVE':
      return discard(state);
    case 'PREPARED':
      return prepared(state, view, known);
    case 'SPOILED':
      return go(state, { name: 'foldSpoiled', attempt: known.attempt });
    case 'OUTCOME':
      return commit(state, known.left);
  }
};

/** Carries out the row of the recovery table for what the vault found. */
export const carryOn = (state: BoothState, view: VaultView, known: Remembered): Step => {
  const [next, effects] = row(state, view, known);
  return [next, [log('recoveryPerformed', { row: rowOf(view) }), ...effects]];
};

const stepStarting = (
  _facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'starting'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'started')
    return [state, [{ kind: 'send', message: { kind: 'boothStarted' } }, recoverCall]];
  if (event.kind === 'mediumReturned' && stage.stuck)
    return go(state, { name: 'starting', stuck: false }, recoverCall);
  if (event.kind === 'vaultFailed' && event.call === 'recover')
    return event.failure === 'empty'
      ? startSelfTest(state)
      : go(state, { name: 'starting', stuck: true });
  if (event.kind !== 'vaultDone' || event.call !== 'recover') return null;
  const known = { ...state, deskWantsKey: deskNeedsKey(state) };
  const [next, effects] = carryOn(known, event.view, NOTHING_REMEMBERED);
  return [next, [tellPhase(known), ...effects]];
};

const stepConfirmVoter = (
  _facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'confirmVoter'>,
  event: BoothEvent,
): Step | null => {
  if (stage.check === 'ask') {
    if (event.kind !== 'touched') return null;
    if (event.action === 'voter:there') return startPrint(state, stage.attempt, false);
    return event.action === 'voter:left' ? startPrint(state, stage.attempt, true) : null;
  }
  const outcome = stepCheck(state, stage.check, event);
  if (outcome === null) return null;
  if (outcome.kind === 'goesOn')
    return go(state, { ...stage, check: outcome.check }, ...outcome.effects);
  // The same token opens the pollbook again for a desk that restarted too.
  return go(
    { ...state, deskWantsKey: false },
    { ...stage, check: 'ask' },
    ...outcome.effects,
    state.deskWantsKey ? { kind: 'givePollbookKey' } : { kind: 'forgetPollbookKey' },
  );
};

export const recoveryHandlers: Handlers<
  'starting' | 'recovering' | 'discarding' | 'cleaning' | 'confirmVoter' | 'resting' | 'parked'
> = {
  starting: stepStarting,
  recovering: (_facts, state, stage, event) => {
    if (event.kind === 'mediumReturned' && stage.stuck) return recover(state, stage);
    if (event.kind === 'vaultFailed' && event.call === 'recover')
      return event.failure === 'empty'
        ? park(state, 'vault.empty')
        : go(state, { ...stage, stuck: true });
    if (event.kind !== 'vaultDone' || event.call !== 'recover') return null;
    const [next, effects] = carryOn(state, event.view, stage);
    // A desk without its key may not have heard either how far the day has come.
    return [next, state.deskWantsKey ? [tellPhase(state), ...effects] : effects];
  },
  discarding: (facts, state, _stage, event) => {
    if (event.kind !== 'vaultDone' || event.call !== 'discard') return null;
    const [next, effects] = rest(facts, state);
    return [next, effects];
  },
  cleaning: (facts, state, _stage, event) =>
    event.kind === 'vaultDone' && event.call === 'clean' ? rest(facts, state) : null,
  confirmVoter: stepConfirmVoter,
  resting: (facts, state, stage, event) => {
    if (event.kind === 'received' && event.message.kind === 'admission') return turnAway(state);
    if (event.kind === 'mediumLost' && stage.until.name === 'ballot') return discard(state);
    if (event.kind !== 'powerChanged' || powerIsCritical(state)) return null;
    if (stage.until.name !== 'ballot') return rest(facts, state);
    return go(
      state,
      { ...stage.until, time: 'running' },
      log('machineResumed', {}),
      startBallotTime(facts),
    );
  },
  parked: () => null,
};
