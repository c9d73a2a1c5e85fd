/**
 * What comes from the booth, and what happens when a content became durable: the desk's half of the
 * commit protocol (vault.md, S0 and S8).
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, PollsPhase } from '#firmware/messages/catalogue.ts';
import { markVoted, release } from './desk-content.ts';
import { type DeskStep, enter, isOpen, logged, type OpenDesk, record, refuse } from './moves.ts';
import type { DeskEffect, DeskEvent, DeskMode, DeskState } from './state.ts';

type Outcome = 'completed' | 'notCompleted';

/**
 * S8. Without an admission the outcome was recorded before and its acknowledgement got lost: it is
 * acknowledged again. After `idle` no outcome can come for an admission whose token the booth has not
 * had: such a one is refused, and never marks.
 */
export const outcomeArrived = (state: OpenDesk, outcome: Outcome): DeskStep => {
  const { mode, content } = state;
  if (mode.kind === 'parked') return refuse(state, outcome, 'parked');
  if (mode.kind === 'recording') {
    if (mode.content.admission !== null)
      return refuse(state, outcome, 'the booth has had no token');
    return [{ ...state, deferred: outcome }, []];
  }
  if (content.admission === null)
    return [state, [{ kind: 'send', message: { kind: 'acknowledged', media: state.inStep } }]];
  if (state.idle || mode.kind === 'tokenDue')
    return refuse(state, outcome, 'the booth has had no token');
  if (outcome === 'notCompleted')
    return record(
      state,
      release(content),
      { kind: 'notice', notice: { text: 'released' } },
      [{ id: 'admissionReleased', fields: {} }],
      true,
    );
  const entries: LogEvent[] = [{ id: 'voterMarked', fields: {} }];
  if (content.admission.companion !== null) entries.push({ id: 'companionRecorded', fields: {} });
  return record(
    state,
    markVoted(content),
    { kind: 'notice', notice: { text: 'finished' } },
    entries,
    true,
  );
};

const FINAL: readonly PollsPhase[] = ['closed', 'counted'];

const phaseChanged = (state: DeskState, phase: PollsPhase): DeskStep => {
  if (FINAL.includes(state.phase) && !FINAL.includes(phase))
    return refuse(state, 'phaseChanged', 'closing is final');
  return [{ ...state, phase, totalsAsked: state.totalsAsked || phase === 'closed' }, []];
};

/** Tries a key on the pollbook. */
export const openWith = (state: DeskState, key: string): DeskStep =>
  enter(state, { kind: 'opening', key }, [{ kind: 'openPollbook', key }]);

/** The pollbook or the desk file did not open. The key is kept only where it was not at fault. */
export const pollbookNotOpened = (
  state: DeskState,
  event: Extract<DeskEvent, { kind: 'pollbookNotOpened' }>,
): DeskStep => {
  const { mode } = state;
  if (mode.kind !== 'opening') return refuse(state, event.kind, 'nothing is being opened');
  const { problem } = event;
  const key = problem === 'noMedium' ? mode.key : null;
  return enter(state, { kind: 'noPollbook', problem, key });
};

/** Where the booth began anew because our own word got lost, it must still hear that a key is wanted. */
const stillWaiting = ({ mode }: DeskState): readonly DeskEffect[] =>
  mode.kind === 'noPollbook' && mode.key === null
    ? [{ kind: 'send', message: { kind: 'deskStarted' } }]
    : [];

/** A message of the booth. */
export const boothSaid = (state: DeskState, message: BoothToDesk): DeskStep => {
  switch (message.kind) {
    case 'boothStarted':
      return [
        { ...state, idle: false },
        [logged({ id: 'linkRestarted', fields: { peer: 'booth' } }), ...stillWaiting(state)],
      ];
    case 'idle':
      return [{ ...state, idle: true, turn: message.turn }, []];
    case 'phaseChanged':
      return phaseChanged(state, message.phase);
    case 'pollbookKey':
      if (state.mode.kind !== 'noPollbook')
        return refuse(state, message.kind, `the pollbook is wanted no more: ${state.mode.kind}`);
      return openWith(state, message.key);
    case 'completed':
    case 'notCompleted':
      return isOpen(state)
        ? outcomeArrived(state, message.kind)
        : refuse(state, message.kind, 'no pollbook yet');
  }
};

/** What to do with an admission that was found in the desk file: nothing is known of its token. */
const afterOpening = (event: Extract<DeskEvent, { kind: 'pollbookOpened' }>): DeskMode =>
  event.content.admission === null
    ? { kind: 'ready', typed: { prefix: 'V', digits: '' } }
    : { kind: 'atBooth' };

export const pollbookOpened = (
  state: DeskState,
  event: Extract<DeskEvent, { kind: 'pollbookOpened' }>,
): DeskStep => {
  if (state.mode.kind !== 'opening') return refuse(state, event.kind, 'nothing is being opened');
  const mode = afterOpening(event);
  return [
    {
      ...state,
      // What is at the booth is at it, or it says `idle` again: see `settle`.
      mode:
        mode.kind === 'atBooth' && state.idle ? { kind: 'pendingChoice', confirming: false } : mode,
      roster: event.roster,
      content: event.content,
      inStep: event.inStep,
    },
    [logged({ id: 'pollbookUnlocked', fields: {} })],
  ];
};

const PARKED_NO_MEDIUM: DeskMode = { kind: 'parked', code: 'desk.noMedium' };

/** A content is durable on `event.media`. */
export const saved = (state: DeskState, event: Extract<DeskEvent, { kind: 'saved' }>): DeskStep => {
  const { mode } = state;
  if (mode.kind !== 'recording' || mode.operation !== event.operation)
    return refuse(state, event.kind, 'stale');
  if (event.media.length === 0)
    return enter({ ...state, inStep: [], deferred: null }, PARKED_NO_MEDIUM);
  const { deferred } = state;
  const next: DeskState = {
    ...state,
    mode: mode.next,
    content: mode.content,
    inStep: event.media,
    deferred: null,
  };
  const effects: readonly DeskEffect[] = [
    ...mode.entries.map(logged),
    ...(mode.acknowledge
      ? [{ kind: 'send', message: { kind: 'acknowledged', media: event.media } } as const]
      : []),
  ];
  // What came meanwhile is answered now: by this acknowledgement, or by one of its own.
  if (deferred === null || mode.acknowledge || !isOpen(next)) return [next, effects];
  const [after, more] = outcomeArrived(next, deferred);
  return [after, [...effects, ...more]];
};
