/**
 * The moves that the desk's handlers share: what stands in the way of an admission, recording a
 * content, starting a finger, asking the presiding officer.
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { Transition } from '#firmware/machine.ts';
import { type DeskContent, hasVoted, type LimitedOutcome, recordOutcome } from './desk-content.ts';
import type {
  Candidate,
  DeskEffect,
  DeskMode,
  DeskSettings,
  DeskState,
  Dialog,
  Notice,
  Proof,
  Purpose,
  Roster,
  Subject,
} from './state.ts';

export type DeskStep = Transition<DeskState, DeskEffect>;

/** A state in which pollbook and desk file are open. */
export type OpenDesk = DeskState & { readonly roster: Roster; readonly content: DeskContent };

export const isOpen = (state: DeskState): state is OpenDesk =>
  state.roster !== null && state.content !== null;

export const refuse = (state: DeskState, event: string, reason: string): DeskStep => [
  state,
  [{ kind: 'refuse', event, reason }],
];

export const logged = (event: LogEvent): DeskEffect => ({ kind: 'log', event });

export const enter = (
  state: DeskState,
  mode: DeskMode,
  effects: readonly DeskEffect[] = [],
): DeskStep => [{ ...state, mode }, effects];

export const notify = (
  state: DeskState,
  notice: Notice,
  effects: readonly DeskEffect[] = [],
): DeskStep => enter(state, { kind: 'notice', notice }, effects);

/** What keeps the next voter from being admitted. */
export type Gate = 'notOpen' | 'closed' | 'mediumMissing' | 'powerLow' | 'locked' | 'boothBusy';

const MEDIA_COUNT = 2;

/** What keeps an ID from being taken; the most lasting first. */
export const gateOf = (state: DeskState): Exclude<Gate, 'boothBusy'> | null => {
  if (state.phase === 'closed' || state.phase === 'counted') return 'closed';
  if (state.phase !== 'open') return 'notOpen';
  if (state.inStep.length < MEDIA_COUNT) return 'mediumMissing';
  const { level } = state.power;
  if (level === 'low' || level === 'critical' || level === 'parked') return 'powerLow';
  return state.content?.lock != null ? 'locked' : null;
};

/** What keeps a token from being sent: S0 wants all of it. */
export const admissionGateOf = (state: DeskState): Gate | null =>
  gateOf(state) ?? (state.idle ? null : 'boothBusy');

/** Starts making `content` durable; when it is, `next` is entered and the log says `entries`. */
export const record = (
  state: DeskState,
  content: DeskContent,
  next: DeskMode,
  entries: readonly LogEvent[] = [],
  acknowledge = false,
): DeskStep => {
  const operation = state.operations + 1;
  const mode: DeskMode = { kind: 'recording', operation, content, next, acknowledge, entries };
  return [{ ...state, mode, operations: operation }, [{ kind: 'save', operation, content }]];
};

/** Puts the subject's print into the reader; the finger is awaited when it is there. */
export const startFinger = (
  state: DeskState,
  subject: Subject,
  attempt: number,
  effects: readonly DeskEffect[] = [],
): DeskStep => {
  const operation = state.operations + 1;
  const of: Extract<DeskEffect, { kind: 'loadPrint' }>['of'] =
    subject.kind === 'voter'
      ? { kind: 'voter', voter: subject.candidate.voter }
      : { kind: 'officer' };
  return [
    {
      ...state,
      operations: operation,
      mode: {
        kind: 'finger',
        subject,
        operation,
        step: 'loading',
        attempt,
        guidance: 'placeFinger',
      },
    },
    [...effects, { kind: 'loadPrint', operation, of }],
  ];
};

/** Counts an outcome that is not a match, durably; then the officer, or the lock. */
export const concludeWithoutMatch = (
  state: OpenDesk,
  candidate: Candidate,
  outcome: LimitedOutcome,
  settings: DeskSettings,
): DeskStep => {
  const content = recordOutcome(state.content, candidate.voter, outcome, settings.rules);
  const next: DeskMode =
    content.lock === null
      ? { kind: 'needsOfficer', candidate, outcome }
      : { kind: 'notice', notice: { text: 'limitReached' } };
  if (content === state.content) return enter(state, next);
  const entries: LogEvent[] = [{ id: 'voterAuthenticated', fields: { outcome } }];
  if (content.lock !== null && state.content.lock === null)
    entries.push({ id: 'authenticationLocked', fields: { limit: content.lock } });
  return record(state, content, next, entries);
};

/** A voter who is in the pollbook and has not voted: to the finger, or past it when there is none to compare. */
export const authenticate = (
  state: OpenDesk,
  candidate: Candidate,
  settings: DeskSettings,
): DeskStep => {
  const entry = state.roster.voters[candidate.voter];
  if (entry === undefined || hasVoted(state.content, candidate.voter))
    return refuse(state, 'keyPressed', 'no such voter to authenticate');
  if (!entry.hasUpperLimbs) return concludeWithoutMatch(state, candidate, 'noUpperLimbs', settings);
  if (!entry.hasPrint) return concludeWithoutMatch(state, candidate, 'noStoredPrint', settings);
  return startFinger(state, { kind: 'voter', candidate }, 1);
};

/**
 * What the presiding officer has to show. To authorise a voter: the own print and a single-use code.
 * To clear the first lock: the own print; a later one: a support code. A presiding officer without a
 * stored print shows a code in its place.
 */
export const proofsFor = (state: OpenDesk, purpose: Purpose): readonly Proof[] => {
  const { officerHasPrint } = state.roster;
  switch (purpose.kind) {
    case 'authorise':
      return [officerHasPrint ? 'print' : 'support', 'authorisation'];
    case 'clearLock':
      if (state.content.locksCleared > 0) return ['support'];
      return [officerHasPrint ? 'print' : 'authorisation'];
  }
};

/** Asks for the dialog's first proof. */
export const askProof = (
  state: DeskState,
  dialog: Dialog,
  effects: readonly DeskEffect[] = [],
): DeskStep =>
  dialog.proofs[0] === 'print'
    ? startFinger(state, { kind: 'officer', dialog }, 1, effects)
    : enter(
        state,
        { kind: 'officerCode', dialog, digits: '', wrong: 0, operation: null, refusal: null },
        effects,
      );

/** A log entry for an officer's dialog that came to nothing. */
export const refusedDialog = (dialog: Dialog, reason: string): DeskEffect =>
  dialog.purpose.kind === 'authorise'
    ? logged({ id: 'overrideRefused', fields: { reason } })
    : logged({ id: 'unlockRefused', fields: { reason } });
