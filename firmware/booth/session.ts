/**
 * One voter at the booth: admission (S1), ballot, review, the messages on unmarked positions, the time,
 * and the cast (S2, S3). Marks exist here alone, from the admission until they are handed over to be
 * sealed; before that moment everything can be given up, after it nothing.
 */

import type { Marks } from '#firmware/election/ballot.ts';
import { emptyMarks } from '#firmware/election/contest-rules.ts';
import { touchBallot } from './ballot-touch.ts';
import { newCheck, stepCheck } from './officer-check.ts';
import { discard, recover } from './recovery.ts';
import {
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  bothInStep,
  powerIsCritical,
  type StageOf,
} from './state.ts';
import { type BoothFacts, go, type Handlers, type Step } from './step.ts';
import { startPrint } from './storing.ts';

type BallotStage = StageOf<'ballot'>;

/** The audible warning, ms. */
export const WARNING_BEEP_MS = 1_500;
/** The expiry message stands at most this long, ms. */
export const MESSAGE_MS = 8_000;

/** Time runs from here; the warning comes `warningMs` before its end. */
export const startBallotTime = (facts: BoothFacts): BoothEffect => ({
  kind: 'startTimer',
  timer: 'votingWarning',
  delayMs: Math.max(0, facts.definition.rules.votingTimeMs - facts.definition.rules.warningMs),
});

/** An empty ballot. */
export const startBallot = (
  facts: BoothFacts,
  state: BoothState,
  attempt: BallotStage['attempt'],
): Step =>
  go(
    state,
    {
      name: 'ballot',
      attempt,
      marks: emptyMarks(attempt.ballot),
      page: 0,
      part: 0,
      view: { kind: 'cards' },
      time: 'running',
      extended: false,
      officer: null,
    },
    startBallotTime(facts),
  );

export const stopVotingTime: readonly BoothEffect[] = [
  { kind: 'stopTimer', timer: 'votingWarning' },
  { kind: 'stopTimer', timer: 'votingEnd' },
];

/** S2, S3: hands the marks over and keeps none. */
const cast = (state: BoothState, stage: BallotStage, marks: Marks, left: boolean): Step =>
  go(state, { name: 'preparing', attempt: stage.attempt, left }, ...stopVotingTime, {
    kind: 'prepareVote',
    ballot: stage.attempt.ballot,
    marks,
  });

const stepTime = (facts: BoothFacts, state: BoothState, stage: BallotStage, event: BoothEvent) => {
  const { warningMs, extensionMs } = facts.definition.rules;
  if (event.kind === 'timerExpired' && event.timer === 'votingWarning')
    return stage.time === 'warned'
      ? null
      : go(
          state,
          { ...stage, time: 'warned' },
          { kind: 'beep', durationMs: WARNING_BEEP_MS },
          { kind: 'startTimer', timer: 'votingEnd', delayMs: warningMs },
        );
  if (event.kind === 'timerExpired' && event.timer === 'votingEnd')
    return stage.time === 'warned' ? expire(state, stage) : null;
  if (event.kind !== 'touched' || event.action !== 'time:more') return null;
  if (stage.time !== 'warned' || stage.extended || extensionMs === 0) return null;
  return go(
    state,
    { ...stage, time: 'running', extended: true },
    { kind: 'stopTimer', timer: 'votingEnd' },
    { kind: 'startTimer', timer: 'votingWarning', delayMs: extensionMs },
  );
};

const expire = (state: BoothState, stage: BallotStage): Step =>
  go(state, { name: 'expired', attempt: stage.attempt }, ...stopVotingTime, {
    kind: 'startTimer',
    timer: 'message',
    delayMs: MESSAGE_MS,
  });

/** The presiding officer at the booth of a voter who may have left. */
const stepOfficer = (state: BoothState, stage: BallotStage, event: BoothEvent): Step | null => {
  const { officer } = stage;
  if (officer === null)
    return event.kind === 'tokenInserted'
      ? go(state, { ...stage, officer: newCheck(state, 'voterLeft') })
      : null;
  if (event.kind === 'tokenRemoved') return go(state, { ...stage, officer: null });
  if (event.kind === 'touched' && event.action === 'officer:cancel')
    return go(state, { ...stage, officer: null });
  if (officer === 'confirmLeft')
    return event.kind === 'touched' && event.action === 'voter:left' ? leave(state, stage) : null;
  const outcome = stepCheck(state, officer, event);
  if (outcome === null) return null;
  // Not in the log: an officer at the booth of a voter, with no fault about, tells of a null vote.
  return outcome.kind === 'goesOn'
    ? go(state, { ...stage, officer: outcome.check }, ...outcome.effects)
    : go(state, { ...stage, officer: 'confirmLeft' }, { kind: 'forgetPollbookKey' });
};

/** Every contest is null whatever was marked; the record goes into the box. */
const leave = (state: BoothState, stage: BallotStage): Step =>
  cast(state, stage, emptyMarks(stage.attempt.ballot), true);

const stepBallot = (
  facts: BoothFacts,
  state: BoothState,
  stage: BallotStage,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'mediumLost') return discard(state, ...stopVotingTime);
  if (event.kind === 'powerChanged' && powerIsCritical(state))
    return go(state, { name: 'resting', until: stage }, ...stopVotingTime);
  const other = stepTime(facts, state, stage, event) ?? stepOfficer(state, stage, event);
  if (other !== null) return other;
  if (event.kind !== 'touched' || stage.officer !== null) return null;
  const touched = touchBallot(facts, stage, event.action);
  if (touched === null) return null;
  return touched === 'cast'
    ? cast(state, stage, stage.marks, false)
    : go(state, { ...stage, ...touched });
};

export const sessionHandlers: Handlers<'activating' | 'ballot' | 'expired' | 'preparing'> = {
  activating: (facts, state, stage, event) => {
    if (event.kind === 'vaultFailed' && event.call === 'activate')
      return recover(state, { attempt: stage.attempt, left: false, printed: false });
    if (event.kind !== 'vaultDone' || event.call !== 'activate') return null;
    return bothInStep(state) ? startBallot(facts, state, stage.attempt) : discard(state);
  },
  ballot: stepBallot,
  expired: (_facts, state, stage, event) => {
    if (event.kind === 'mediumLost') return discard(state, { kind: 'stopTimer', timer: 'message' });
    const understood = event.kind === 'touched' && event.action === 'expired:understood';
    if (!understood && !(event.kind === 'timerExpired' && event.timer === 'message')) return null;
    return go(
      state,
      { name: 'preparing', attempt: stage.attempt, left: false },
      { kind: 'stopTimer', timer: 'message' },
      {
        kind: 'prepareVote',
        ballot: stage.attempt.ballot,
        marks: emptyMarks(stage.attempt.ballot),
      },
    );
  },
  preparing: (_facts, state, stage, event) => {
    if (event.kind === 'vaultDone' && event.call === 'prepare')
      return startPrint(state, stage.attempt, stage.left);
    return event.kind === 'vaultFailed' && event.call === 'prepare'
      ? recover(state, { attempt: stage.attempt, left: stage.left, printed: false })
      : null;
  },
};
