/**
 * What the fingerprint reader answers: prints loaded, fingers read, faults. A fault is never an
 * outcome: nothing is counted, and nobody is let in or turned away by it.
 */
import { recordOutcome } from './desk-content.ts';
import {
  concludeWithoutMatch,
  type DeskStep,
  enter,
  logged,
  notify,
  type OpenDesk,
  refuse,
  refusedDialog,
  startFinger,
} from './moves.ts';
import { proofGiven } from './officer.ts';
import type { DeskEvent, DeskMode, DeskSettings } from './state.ts';

type FingerMode = Extract<DeskMode, { readonly kind: 'finger' }>;
type ReaderEvent = Extract<
  DeskEvent,
  { readonly kind: 'printLoaded' | 'fingerGuided' | 'fingerRead' | 'readerFailed' }
>;

const matched = (state: OpenDesk, mode: FingerMode): DeskStep => {
  if (mode.subject.kind === 'officer') return proofGiven(state, mode.subject.dialog, null);
  const { candidate } = mode.subject;
  return enter(
    state,
    { kind: 'held', proved: { candidate, outcome: 'match', authorisedWith: null } },
    [logged({ id: 'voterAuthenticated', fields: { outcome: 'match' } })],
  );
};

const notMatched = (state: OpenDesk, mode: FingerMode, settings: DeskSettings): DeskStep => {
  if (mode.attempt < settings.rules.fingerAttempts) {
    // The template stays loaded: only the finger is asked for again.
    const operation = state.operations + 1;
    return enter(
      { ...state, operations: operation },
      { ...mode, operation, attempt: mode.attempt + 1, guidance: 'placeAgain' },
      [{ kind: 'verifyFinger', operation, limitMs: settings.rules.fingerWaitMs }],
    );
  }
  if (mode.subject.kind === 'officer')
    return notify(state, { text: 'notAuthorised' }, [
      refusedDialog(mode.subject.dialog, 'noMatch'),
    ]);
  return concludeWithoutMatch(state, mode.subject.candidate, 'noMatch', settings);
};

/** Answers of the reader while a finger is the matter. */
export const readerAnswered = (
  state: OpenDesk,
  mode: FingerMode,
  event: ReaderEvent,
  settings: DeskSettings,
): DeskStep => {
  if (event.operation !== mode.operation) return refuse(state, event.kind, 'stale');
  switch (event.kind) {
    case 'printLoaded':
      if (mode.step === 'waiting') return refuse(state, event.kind, 'already loaded');
      return enter(state, { ...mode, step: 'waiting' }, [
        {
          kind: 'verifyFinger',
          operation: mode.operation,
          limitMs: settings.rules.fingerWaitMs,
        },
      ]);
    case 'fingerGuided':
      if (mode.step === 'loading') return refuse(state, event.kind, 'no finger is awaited');
      return enter(state, { ...mode, guidance: event.guidance });
    case 'fingerRead':
      if (mode.step === 'loading') return refuse(state, event.kind, 'no finger is awaited');
      switch (event.outcome.kind) {
        case 'match':
          return matched(state, mode);
        case 'noMatch':
          return notMatched(state, mode, settings);
        case 'noFinger':
          return notify(state, { text: 'noFinger' });
      }
      break;
    case 'readerFailed': {
      const fault = logged({ id: 'deviceFault', fields: { code: event.code } });
      // A stored print that this reader can not read is no stored print.
      if (event.badTemplate && mode.subject.kind === 'voter') {
        const [next, effects] = concludeWithoutMatch(
          state,
          mode.subject.candidate,
          'noStoredPrint',
          settings,
        );
        return [next, [fault, ...effects]];
      }
      return enter(state, { kind: 'readerFault', subject: mode.subject, attempt: mode.attempt }, [
        fault,
      ]);
    }
  }
};

/** An officer asked to try the reader again. */
export const retryReader = (
  state: OpenDesk,
  mode: Extract<DeskMode, { readonly kind: 'readerFault' }>,
): DeskStep => startFinger(state, mode.subject, mode.attempt);

/** The content with the outcome of a voter whose authentication has just succeeded. */
export const withOutcome = (
  state: OpenDesk,
  proved: Extract<DeskMode, { readonly kind: 'held' }>['proved'],
  settings: DeskSettings,
): OpenDesk['content'] =>
  proved.outcome === 'match'
    ? recordOutcome(state.content, proved.candidate.voter, 'match', settings.rules)
    : state.content;
