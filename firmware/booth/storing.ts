/**
 * A prepared vote on its way into the urn: the steps S4 to S8 of the commit protocol, each a stage that
 * waits for one answer. What is said on the screen and to the desk follows what is durable, never the
 * other way round. The paper's own troubles are in paper.ts.
 */

import { giveKey, newCheck } from './officer-check.ts';
import { discard, recover } from './recovery.ts';
import { rest } from './rest.ts';
import { startBallot } from './session.ts';
import {
  type Attempt,
  type BoothEvent,
  type BoothState,
  bothInStep,
  type StageOf,
  type VaultCall,
} from './state.ts';
import { type BoothFacts, go, type Handlers, log, type Step, stay } from './step.ts';

/** `completed` is said again after this long, ms. */
export const TELL_AGAIN_MS = 1_000;
/** The voter takes the paper; after this long the screen goes back to waiting, ms. */
export const TAKE_PAPER_MS = 6_000;

type Held = { readonly attempt: Attempt | null; readonly left: boolean };

/** S4: STARTED is durable before the first dot is printed. */
export const startPrint = (state: BoothState, attempt: Attempt | null, left: boolean): Step =>
  go(state, { name: 'startingPrint', attempt, left }, { kind: 'vault', call: 'markStarted' });

export const printRecord = (state: BoothState, { attempt, left }: Held): Step =>
  go(state, { name: 'printing', attempt, left }, { kind: 'printRecord' });

export const cutPaper = (state: BoothState, { attempt, left }: Held): Step =>
  go(state, { name: 'cutting', attempt, left, fault: null }, { kind: 'cutPaper' });

/** S5, S6, S7; the voter may already take the paper. */
export const commit = (state: BoothState, left: boolean): Step =>
  go(state, { name: 'committing', left }, { kind: 'vault', call: 'commit' });

/** After the cut: the voter is asked, or the paper counts as accepted. */
export const afterCut = (facts: BoothFacts, state: BoothState, { attempt, left }: Held): Step =>
  facts.definition.rules.verifyPaper
    ? go(state, {
        name: 'verifying',
        attempt,
        left,
        canReject: !left && attempt?.rejectedOnce !== true,
      })
    : commit(state, left);

const tellAgain = { kind: 'startTimer', timer: 'tellAgain', delayMs: TELL_AGAIN_MS } as const;
const completed = { kind: 'send', message: { kind: 'completed' } } as const;

/** S8 begins. */
export const tell = (state: BoothState, left: boolean): Step =>
  go(
    state,
    { name: 'telling', check: state.deskWantsKey ? newCheck(state, 'resume') : null, left },
    completed,
    tellAgain,
  );

/** The answer to the one vault call that a stage waits for. */
const awaiting = (
  state: BoothState,
  event: BoothEvent,
  call: VaultCall,
  held: Held & { readonly printed: boolean | null },
  next: () => Step,
): Step | null => {
  if (event.kind === 'vaultDone' && event.call === call) return next();
  return event.kind === 'vaultFailed' && event.call === call ? recover(state, held) : null;
};

/** The acknowledgement names every medium that the booth is in step with. */
const namesAll = (state: BoothState, media: readonly string[]): boolean =>
  (['fixed', 'removable'] as const).every(
    (medium) => state.media[medium] !== 'inStep' || media.includes(medium),
  );

const stepTelling = (
  _facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'telling'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'timerExpired' && event.timer === 'tellAgain')
    return stay(state, completed, tellAgain);
  if (event.kind === 'received' && event.message.kind === 'deskStarted')
    return go(state, { ...stage, check: newCheck(state, 'resume') }, completed, tellAgain);
  if (event.kind === 'linkRestarted') return stay(state, completed, tellAgain);
  if (event.kind === 'received' && event.message.kind === 'acknowledged') {
    if (!namesAll(state, event.message.media)) return stay(state);
    return go(
      state,
      { name: 'settling', left: stage.left },
      { kind: 'stopTimer', timer: 'tellAgain' },
      { kind: 'vault', call: 'settle' },
    );
  }
  return giveKey(state, stage.check, event, (check) => ({ ...stage, check }));
};

export const storingHandlers: Handlers<
  | 'startingPrint'
  | 'markingDone'
  | 'confirming'
  | 'committing'
  | 'telling'
  | 'settling'
  | 'takePaper'
> = {
  startingPrint: (_facts, state, stage, event) =>
    awaiting(state, event, 'markStarted', { ...stage, printed: false }, () =>
      printRecord(state, stage),
    ),
  markingDone: (_facts, state, stage, event) =>
    awaiting(state, event, 'markDone', { ...stage, printed: true }, () => cutPaper(state, stage)),
  confirming: (_facts, state, stage, event) =>
    awaiting(state, event, 'markConfirmed', { ...stage, printed: true }, () =>
      commit(state, stage.left),
    ),
  committing: (_facts, state, stage, event) => {
    const held = { attempt: null, left: stage.left, printed: true };
    return awaiting(state, event, 'commit', held, () => {
      const [next, effects] = tell({ ...state, lastVote: 'kept' }, stage.left);
      return [next, [log('ballotCast', {}), ...effects]];
    });
  },
  telling: stepTelling,
  settling: (facts, state, stage, event) => {
    const held = { attempt: null, left: stage.left, printed: true };
    return awaiting(state, event, 'settle', held, () => {
      // Where papers are verified the officer has just put this one into the box.
      if (stage.left && facts.definition.rules.verifyPaper) return rest(facts, state);
      return stage.left
        ? go(state, { name: 'takePaper', left: true })
        : go(
            state,
            { name: 'takePaper', left: false },
            { kind: 'startTimer', timer: 'paper', delayMs: TAKE_PAPER_MS },
          );
    });
  },
  takePaper: (facts, state, stage, event) => {
    const touched = event.kind === 'touched' ? event.action : null;
    const over = stage.left
      ? touched === 'paper:inBox'
      : touched === 'paper:taken' || (event.kind === 'timerExpired' && event.timer === 'paper');
    if (!over) return null;
    const [next, effects] = rest(facts, state);
    return [next, [{ kind: 'stopTimer', timer: 'paper' }, ...effects]];
  },
};

/** S4', after the rejected paper is in the envelope: back to an empty ballot, or given up. */
export const afterSpoil = (facts: BoothFacts, state: BoothState, attempt: Attempt | null): Step =>
  attempt === null || !bothInStep(state)
    ? discard(state)
    : startBallot(facts, state, { ...attempt, rejectedOnce: true });
