/**
 * The booth's state machine: one step is (1) take note of what the event says of the surroundings,
 * (2) let the stage answer, (3) refuse what does not apply. Pure and total: no clock, no chance, no
 * device; every stage answers every event.
 *
 * The life of a vote, file by file: admission.ts → session.ts (ballot-touch.ts) → storing.ts and
 * paper.ts → rest.ts. After a restart or a lost medium: recovery.ts. Around it: setup.ts, opening.ts,
 * waiting.ts, closing.ts, totals.ts, counting.ts, report.ts.
 */

import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { Machine } from '#firmware/machine.ts';
import { turnAway } from './admission.ts';
import { closingHandlers } from './closing.ts';
import { countingHandlers } from './counting.ts';
import { invariant } from './invariants.ts';
import { openingHandlers } from './opening.ts';
import { paperHandlers } from './paper.ts';
import { NOTHING_REMEMBERED, recover, recoveryHandlers } from './recovery.ts';
import { reportHandlers } from './report.ts';
import { sessionHandlers } from './session.ts';
import { setupHandlers } from './setup.ts';
import {
  aidsInStage,
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  initialState,
  type StageName,
} from './state.ts';
import {
  type BoothFacts,
  fatalCode,
  type Handler,
  type Handlers,
  park,
  type Step,
  turnText,
} from './step.ts';
import { storingHandlers } from './storing.ts';
import { takeNote } from './surroundings.ts';
import { noteToken } from './token-seen.ts';
import { totalsHandlers } from './totals.ts';
import { AWAITED_CALL } from './vault-calls.ts';
import { waitingHandlers } from './waiting.ts';

const HANDLERS: Handlers<StageName> = {
  ...recoveryHandlers,
  ...setupHandlers,
  ...reportHandlers,
  ...openingHandlers,
  ...waitingHandlers,
  ...sessionHandlers,
  ...storingHandlers,
  ...paperHandlers,
  ...closingHandlers,
  ...totalsHandlers,
  ...countingHandlers,
};

/** A failed call that the stage itself has no answer for. */
const vaultFailed = (
  state: BoothState,
  event: Extract<BoothEvent, { readonly kind: 'vaultFailed' }>,
): Step | null => {
  if (AWAITED_CALL[state.stage.name] !== event.call) return null;
  return event.failure === 'empty'
    ? park(state, 'vault.empty')
    : recover(state, NOTHING_REMEMBERED);
};

const refuse = (state: BoothState, event: BoothEvent): Step => [
  state,
  [
    { kind: 'refuse', event: event.kind, reason: `not in ${state.stage.name}` },
    ...(event.kind === 'tokenChecked' ? [{ kind: 'forgetPollbookKey' } as const] : []),
  ],
];

const answer = (facts: BoothFacts, state: BoothState, event: BoothEvent): Step | null => {
  if (event.kind === 'vaultFailed' && AWAITED_CALL[state.stage.name] === event.call) {
    // No room on the medium that is being brought in step is that one's trouble: another will do.
    const another = event.call === 'synchronise' && event.failure === 'full';
    const code = another ? null : fatalCode(event.failure);
    if (code !== null) return park(state, code);
  }
  const handler = HANDLERS[state.stage.name] as Handler<StageName>;
  const answered = handler(facts, state, state.stage, event);
  if (answered !== null) return answered;
  if (event.kind === 'vaultFailed') return vaultFailed(state, event);
  // It answers an `idle` that was told before: the desk must hear what became of it.
  const admitted = event.kind === 'received' && event.message.kind === 'admission';
  return admitted && state.idleTold ? turnAway(state) : null;
};

/** It answers an `idle` before the last: whoever sent it hears the last, and knows that this one is void. */
const isLate = (state: BoothState, event: BoothEvent): boolean =>
  event.kind === 'received' &&
  event.message.kind === 'admission' &&
  event.message.turn !== turnText(state.turn);

const stepStage = (facts: BoothFacts, before: BoothState, event: BoothEvent): Step => {
  // A key is always answered: that somebody uses the keypad must not show in the refusals.
  if (before.stage.name === 'parked' && event.kind !== 'keyPressed') return refuse(before, event);
  if (isLate(before, event)) return refuse(before, event);
  const [state, noted, isNews] = takeNote(before, event);
  const answered = answer(facts, state, event);
  if (answered !== null) return [answered[0], [...noted, ...answered[1]]];
  return isNews ? [state, noted] : refuse(before, event);
};

export const stepBooth = (facts: BoothFacts, before: BoothState, event: BoothEvent): Step => {
  const [stepped, effects] = stepStage(facts, before, event);
  const [after, more] = lookAtToken(facts, noteToken(stepped, event));
  const aids = aidsInStage(after.aids, before.stage, after.stage);
  return [aids === after.aids ? after : { ...after, aids }, [...effects, ...more]];
};

/** A token that came in early counts as put in now, where the stage waits for one. */
const lookAtToken = (facts: BoothFacts, state: BoothState): Step => {
  const { stage } = state;
  if (!state.tokenUnseen || (stage.name !== 'waiting' && stage.name !== 'suspended'))
    return [state, []];
  const inserted = { kind: 'tokenInserted' } as const;
  const [after, effects] = answer(facts, state, inserted) ?? [state, []];
  return [noteToken(after, inserted), effects];
};

/** `definition` is checked; `locale`: the screen's language between voters (default: the election's). */
export const boothFacts = (
  definition: ElectionDefinition,
  locale: Locale = definition.locale,
): BoothFacts => ({
  definition,
  locale,
  ballots: new Map(
    definition.ballotStyles.map(({ id }) => [id, resolveBallot(definition, id)] as const),
  ),
});

export const makeBooth = (
  definition: ElectionDefinition,
  locale: Locale = definition.locale,
): Machine<BoothState, BoothEvent, BoothEffect> => {
  const facts = boothFacts(definition, locale);
  return {
    initial: initialState(facts.locale),
    step: (state, event) => stepBooth(facts, state, event),
    invariant: (state) => invariant(facts, state),
  };
};
